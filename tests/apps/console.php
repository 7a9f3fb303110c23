<?php
// An application of symfony/console, run with many lines of arguments.
require '/usr/share/php/Symfony/Component/Console/autoload.php';

use Symfony\Component\Console\{Application, Attribute\AsCommand, Command\Command, Completion\CompletionInput, Cursor, Question\ChoiceQuestion};
use Symfony\Component\Console\Formatter\OutputFormatterStyle;
use Symfony\Component\Console\Helper\{ProgressBar, ProgressIndicator, QuestionHelper, Table, TableCell, TableCellStyle, TableSeparator, TreeHelper};
use Symfony\Component\Console\Input\{ArrayInput, InputArgument, InputInterface, InputOption, StringInput};
use Symfony\Component\Console\Output\{BufferedOutput, ConsoleOutput, ConsoleSectionOutput, OutputInterface, StreamOutput};
use Symfony\Component\Console\Question\{ConfirmationQuestion, Question};
use Symfony\Component\Console\Style\SymfonyStyle;

#[AsCommand(name: 'app:greet', description: 'Greets people', aliases: ['hi'])]
class Greet extends Command
{
    protected function configure(): void
    {
        $this->addArgument('names', InputArgument::IS_ARRAY | InputArgument::REQUIRED, 'Who', null, ['Ann', 'Bob'])
            ->addOption('shout', 's', InputOption::VALUE_NONE, 'Loudly')
            ->addOption('times', 't', InputOption::VALUE_REQUIRED, 'How often', 1)
            ->addOption('colour', 'c', InputOption::VALUE_OPTIONAL | InputOption::VALUE_IS_ARRAY, 'In <info>colours</info>', ['red'])
            ->addOption('polite', null, InputOption::VALUE_NEGATABLE, 'Politely or not')
            ->setHelp("The <info>%command.name%</info> command greets.\n\n  <comment>%command.full_name% Ann</comment>");
    }
    protected function execute(InputInterface $in, OutputInterface $out): int
    {
        $text = 'Hello ' . implode(', ', $in->getArgument('names'));
        for ($i = 0; $i < $in->getOption('times'); $i++) {
            $out->writeln($in->getOption('shout') ? strtoupper($text) : $text);
        }
        $out->writeln(json_encode($in->getOptions()), OutputInterface::VERBOSITY_VERBOSE);
        return Command::SUCCESS;
    }
}
#[AsCommand('app:show', 'Shows every helper')]
class Show extends Command
{
    protected function execute(InputInterface $in, OutputInterface $out): int
    {
        $io = new SymfonyStyle($in, $out);
        $io->title('A <b>title</b> with ümläuts');
        $io->section('Section');
        $io->text(['text', str_repeat('long words ', 20)]);
        $io->listing(['one', 'two <fg=red;options=bold>red</>']);
        $io->table(['A', 'B'], [[1, 'x'], new TableSeparator, ['日本語', "two\nlines"], [new TableCell('both', ['colspan' => 2, 'style' => new TableCellStyle(['align' => 'center', 'fg' => 'green'])])]]);
        $io->horizontalTable(['A', 'B', 'C'], [[1, 2, 3], [4, 5, 6]]);
        $io->definitionList('List', ['key' => 'value'], new TableSeparator, ['other' => 'thing']);
        foreach (['success', 'error', 'warning', 'note', 'caution', 'info', 'comment'] as $kind) {
            $io->$kind("A $kind block " . str_repeat('that is long ', 10));
        }
        foreach (['default', 'compact', 'borderless', 'box', 'box-double', 'symfony-style-guide', 'markdown'] as $style) {
            $table = (new Table($out))->setStyle($style)->setHeaders(['Name', 'Value'])->setRows([['a', 1], ['b <comment>c</comment>', 22.5]]);
            $table->setColumnWidth(0, 12)->setColumnMaxWidth(1, 3)->setHeaderTitle('T')->setFooterTitle('page 1')->render();
        }
        foreach (['normal', 'verbose'] as $format) {
            $bar = new ProgressBar($out, 5, 0);
            $bar->setFormat("%current%/%max% [%bar%] %percent:3s%% %message%");
            $bar->setMessage($format);
            foreach ($bar->iterate(range(1, 5)) as $i) {
                $bar->setMessage("step $i");
            }
            $out->writeln('');
        }
        $out->writeln([$this->getHelper('formatter')->formatSection('Sec', 'message'), $this->getHelper('formatter')->formatBlock(['a', 'block'], 'error', true), $this->getHelper('formatter')->truncate('a long message', 7)]);
        $out->getFormatter()->setStyle('fire', new OutputFormatterStyle('red', '#ff0', ['bold', 'blink']));
        $out->writeln('<fire>fire</fire> <href=https://example.org>link</> \<info>escaped</info> <unknown>kept</unknown> <info>nest <error>ed</error></info>');
        $stream = fopen('php://memory', 'w+');
        fwrite($stream, "Ann\nyes\n1\nred,blue\nwrong\n2\n");
        rewind($stream);
        $in->setStream($stream);
        $in->setInteractive(true);
        $ask = new QuestionHelper;
        var_dump($ask->ask($in, $out, (new Question('Name? ', 'nobody'))->setNormalizer(fn($v) => strtolower($v ?? ''))));
        var_dump($ask->ask($in, $out, new ConfirmationQuestion('Sure? ', false)));
        var_dump($ask->ask($in, $out, new ChoiceQuestion('Which?', ['a', 'b', 'c'], 0)));
        var_dump($ask->ask($in, $out, (new ChoiceQuestion('Colours?', ['red', 'green', 'blue']))->setMultiselect(true)));
        var_dump($ask->ask($in, $out, (new Question('Number? '))->setValidator(fn($v) => is_numeric($v) ? (int) $v : throw new RuntimeException('No number'))->setMaxAttempts(2)));
        return 3;
    }
}
#[AsCommand('app:fail', hidden: true)]
class Fail extends Command
{
    protected function execute(InputInterface $in, OutputInterface $out): int
    {
        throw new LogicException("Outer ünicode\nsecond line", 7, new InvalidArgumentException('Inner <info>tag</info>'));
    }
}
$lines = ['list', 'list --raw', 'list --format=xml', 'list --format=json app', 'list --format=md', 'list --format=rst', 'help hi', 'help app:greet --format=json', 'app:greet --help', 'app:greet Ann Bob -st2 -v', 'hi "A B" --colour --colour=blue --no-polite -vv', 'hi', 'hi a --nothing', 'hi a --times', 'hi a --shout=1', 'a:g x', 'app:gret x', 'nothing:here', 'app', 'app:show', 'app:show --ansi', 'app:show -q', 'app:fail', 'app:fail -v', 'app:fail -vvv --ansi', '--version', '--ansi', '_complete -sbash -c1 -iphp -iapp:', 'completion bash', 'app:greet -- -x'];
putenv('COLUMNS=100');
putenv('LINES=40');
putenv('SHELL_VERBOSITY');
foreach ($lines as $line) {
    $app = new Application('Test', '1.2');
    $app->addCommands([new Greet, new Show, new Fail]);
    $app->setAutoExit(false);
    $input = new StringInput($line);
    $input->setInteractive(false);
    $out = new StreamOutput(fopen('php://output', 'w'));
    echo "== $line\n";
    $status = $app->run($input, $out);
    echo "== status $status\n";
}
