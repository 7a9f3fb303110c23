<?php
/**
 * A program of the kind that applications are: what `benches/build-profiled` trains with. Namespaced, typed, object oriented;
 * a lexer with regular expressions, a recursive descent parser, visitors, a printer, templates as generators, a router, a
 * container, a reader of indented text, a reader of marked-up text.
 */
declare(strict_types=1);

namespace Training\Syntax {

    use InvalidArgumentException;

    abstract class Node implements \JsonSerializable
    {
        /** @var array<string, mixed> */
        protected array $attributes = [];

        public function __construct(array $attributes = [])
        {
            $this->attributes = $attributes;
        }

        abstract public function getNames(): array;

        public function getType(): string
        {
            return static::class;
        }

        public function getAttribute(string $key, mixed $default = null): mixed
        {
            if (\array_key_exists($key, $this->attributes)) {
                return $this->attributes[$key];
            }
            return $default;
        }

        public function setAttribute(string $key, mixed $value): void
        {
            $this->attributes[$key] = $value;
        }

        public function jsonSerialize(): array
        {
            return ['type' => $this->getType()] + \get_object_vars($this);
        }
    }

    final class Number extends Node
    {
        public function __construct(public int|float $value, array $attributes = [])
        {
            parent::__construct($attributes);
        }

        public function getNames(): array
        {
            return ['value'];
        }
    }

    final class Variable extends Node
    {
        public function __construct(public string $name, array $attributes = [])
        {
            parent::__construct($attributes);
        }

        public function getNames(): array
        {
            return ['name'];
        }
    }

    final class Binary extends Node
    {
        public function __construct(public string $op, public Node $left, public Node $right, array $attributes = [])
        {
            parent::__construct($attributes);
        }

        public function getNames(): array
        {
            return ['left', 'right'];
        }
    }

    final class Call extends Node
    {
        /** @param list<Node> $args */
        public function __construct(public string $name, public array $args, array $attributes = [])
        {
            parent::__construct($attributes);
        }

        public function getNames(): array
        {
            return ['args'];
        }
    }

    final class Token
    {
        public const NUMBER = 1, NAME = 2, OPERATOR = 3, END = 4;

        public function __construct(public int $kind, public string $text, public int $line)
        {
        }

        public function is(int $kind, ?string $text = null): bool
        {
            return $this->kind === $kind && ($text === null || $this->text === $text);
        }
    }

    final class Lexer
    {
        private const PATTERN = '~\G(?:(?<space>\s+)|(?<number>\d+(?:\.\d+)?)|(?<name>[a-z_]\w*)|(?<op>\*\*|[-+*/%(),]))~i';

        private int $at = 0;
        private int $line = 1;

        public function __construct(private string $text, private int $length = 0)
        {
            $this->length = strlen($text);
        }

        /** @return list<Token> */
        public function all(): array
        {
            $tokens = [];
            while ($this->at < $this->length) {
                if (!preg_match(self::PATTERN, $this->text, $m, PREG_UNMATCHED_AS_NULL, $this->at)) {
                    throw new InvalidArgumentException(sprintf('Unexpected "%s" on line %d', $this->text[$this->at], $this->line));
                }
                $this->at += strlen($m[0]);
                if (isset($m['space'])) {
                    $this->line += substr_count($m['space'], "\n");
                } elseif (isset($m['number'])) {
                    $tokens[] = new Token(Token::NUMBER, $m['number'], $this->line);
                } elseif (isset($m['name'])) {
                    $tokens[] = new Token(Token::NAME, strtolower($m['name']), $this->line);
                } else {
                    $tokens[] = new Token(Token::OPERATOR, $m['op'], $this->line);
                }
            }
            $tokens[] = new Token(Token::END, '', $this->line);
            return $tokens;
        }
    }

    final class Parser
    {
        private const POWERS = ['+' => [10, 11], '-' => [10, 11], '*' => [20, 21], '/' => [20, 21], '%' => [20, 21], '**' => [31, 30]];

        private array $tokens = [];
        private int $at = 0;
        private array $reductions;

        public function __construct()
        {
            $this->reductions = [
                'number' => fn(Token $t): Node => new Number(strpos($t->text, '.') === false ? (int) $t->text : (float) $t->text, ['line' => $t->line]),
                'name' => fn(Token $t): Node => new Variable($t->text, ['line' => $t->line, 'kind' => 'variable']),
            ];
        }

        public function parse(string $text): Node
        {
            $this->tokens = (new Lexer($text))->all();
            $this->at = 0;
            $node = $this->expression(0);
            if (!$this->tokens[$this->at]->is(Token::END)) {
                throw new InvalidArgumentException("Expected the end, got {$this->tokens[$this->at]->text}");
            }
            return $node;
        }

        private function expression(int $power): Node
        {
            $left = $this->operand();
            for (;;) {
                $token = $this->tokens[$this->at];
                if ($token->kind !== Token::OPERATOR || !isset(self::POWERS[$token->text])) {
                    return $left;
                }
                [$l, $r] = self::POWERS[$token->text];
                if ($l < $power) {
                    return $left;
                }
                ++$this->at;
                $left = new Binary($token->text, $left, $this->expression($r), ['line' => $token->line]);
            }
        }

        private function operand(): Node
        {
            $token = $this->tokens[$this->at++];
            switch ($token->kind) {
                case Token::NUMBER:
                    return $this->reductions['number']($token);
                case Token::NAME:
                    if (!$this->tokens[$this->at]->is(Token::OPERATOR, '(')) {
                        return $this->reductions['name']($token);
                    }
                    ++$this->at;
                    $args = [];
                    while (!$this->tokens[$this->at]->is(Token::OPERATOR, ')')) {
                        $args[] = $this->expression(0);
                        if ($this->tokens[$this->at]->is(Token::OPERATOR, ',')) {
                            ++$this->at;
                        }
                    }
                    ++$this->at;
                    return new Call($token->text, $args, ['line' => $token->line, 'comments' => []]);
                case Token::OPERATOR:
                    if ($token->text === '(') {
                        $node = $this->expression(0);
                        ++$this->at;
                        return $node;
                    }
                    // no break
                default:
                    throw new InvalidArgumentException('Unexpected token');
            }
        }
    }

    interface Visitor
    {
        public function enter(Node $node): ?Node;

        public function leave(Node $node): ?Node;
    }

    final class Folder implements Visitor
    {
        private int $depth = 0;
        public array $seen = [];

        public function enter(Node $node): ?Node
        {
            $this->depth++;
            $this->seen[$node->getType()] = ($this->seen[$node->getType()] ?? 0) + 1;
            return null;
        }

        public function leave(Node $node): ?Node
        {
            --$this->depth;
            if ($node instanceof Binary && $node->left instanceof Number && $node->right instanceof Number) {
                $value = match ($node->op) {
                    '+' => $node->left->value + $node->right->value,
                    '-' => $node->left->value - $node->right->value,
                    '*' => $node->left->value * $node->right->value,
                    default => null,
                };
                return $value === null ? null : new Number($value, ['line' => $node->getAttribute('line', -1)]);
            }
            return null;
        }
    }

    final class Traverser
    {
        /** @var list<Visitor> */
        private array $visitors = [];

        public function add(Visitor $visitor): static
        {
            $this->visitors[] = $visitor;
            return $this;
        }

        public function traverse(Node $node): Node
        {
            foreach ($this->visitors as $visitor) {
                $node = $visitor->enter($node) ?? $node;
            }
            foreach ($node->getNames() as $name) {
                $sub = $node->$name;
                if (\is_array($sub)) {
                    foreach ($sub as $i => $item) {
                        if ($item instanceof Node) {
                            $sub[$i] = $this->traverse($item);
                        }
                    }
                    $node->$name = $sub;
                } elseif ($sub instanceof Node) {
                    $node->$name = $this->traverse($sub);
                }
            }
            foreach ($this->visitors as $visitor) {
                $node = $visitor->leave($node) ?? $node;
            }
            return $node;
        }
    }

    final class Printer
    {
        private static array $methods = [];

        public function print(Node $node): string
        {
            $class = \get_class($node);
            $method = self::$methods[$class] ??= 'print' . substr(strrchr($class, '\\'), 1);
            return $this->{$method}($node);
        }

        protected function printNumber(Number $node): string
        {
            return (string) $node->value;
        }

        protected function printVariable(Variable $node): string
        {
            return '$' . $node->name;
        }

        protected function printBinary(Binary $node): string
        {
            return '(' . $this->print($node->left) . ' ' . $node->op . ' ' . $this->print($node->right) . ')';
        }

        protected function printCall(Call $node): string
        {
            $args = [];
            foreach ($node->args as $arg) {
                $args[] = $this->print($arg);
            }
            return $node->name . '(' . implode(', ', $args) . ')';
        }
    }
}

namespace Training\Web {

    use Training\Syntax\Parser;
    use Training\Syntax\Printer;

    final class NotFound extends \RuntimeException
    {
    }

    final class Router
    {
        private array $static = [];
        private array $groups = [];
        private ?string $combined = null;

        public function add(string $method, string $path, callable $handler): void
        {
            if (!str_contains($path, '{')) {
                $this->static[$method][$path] = $handler;
                return;
            }
            $names = [];
            $pattern = preg_replace_callback('~\{(\w+)(?::([^}]+))?\}~', function (array $m) use (&$names): string {
                $names[] = $m[1];
                return '(' . ($m[2] ?? '[^/]+') . ')';
            }, $path);
            $this->groups[$method][] = ['pattern' => $pattern, 'names' => $names, 'handler' => $handler];
        }

        public function match(string $method, string $path): array
        {
            if (isset($this->static[$method][$path])) {
                return [$this->static[$method][$path], []];
            }
            foreach ($this->groups[$method] ?? [] as $route) {
                if (preg_match('~^' . $route['pattern'] . '$~', $path, $m)) {
                    $vars = [];
                    foreach ($route['names'] as $i => $name) {
                        $vars[$name] = $m[$i + 1];
                    }
                    return [$route['handler'], $vars];
                }
            }
            throw new NotFound("No route for $method $path");
        }
    }

    final class Container
    {
        private array $made = [];

        /** @param array<string, \Closure> $factories */
        public function __construct(private readonly array $factories)
        {
        }

        public function get(string $id): object
        {
            return $this->made[$id] ??= ($this->factories[$id] ?? throw new NotFound($id))($this);
        }

        public function has(string $id): bool
        {
            return isset($this->factories[$id]);
        }
    }

    abstract class Template
    {
        protected array $blocks = [];

        public function __construct()
        {
            $this->blocks = ['title' => [$this, 'blockTitle'], 'body' => [$this, 'blockBody']];
        }

        public function render(array $context): string
        {
            $content = '';
            foreach ($this->yields($context) as $data) {
                $content .= $data;
            }
            return $content;
        }

        protected function yields(array $context): iterable
        {
            yield '<title>';
            yield from $this->block('title', $context);
            yield '</title><body>';
            yield from $this->block('body', $context);
            yield '</body>';
        }

        protected function block(string $name, array $context): iterable
        {
            if (isset($this->blocks[$name])) {
                [$template, $method] = $this->blocks[$name];
                yield from $template->$method($context);
            }
        }

        protected static function escape(string|int|float|null $text): string
        {
            return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
        }

        protected static function attribute(mixed $item, string $name): mixed
        {
            if (\is_array($item) || $item instanceof \ArrayAccess) {
                return $item[$name] ?? null;
            }
            return method_exists($item, $name) ? $item->$name() : ($item->$name ?? null);
        }

        abstract protected function blockBody(array $context): iterable;
    }

    final class ListTemplate extends Template
    {
        protected function blockTitle(array $context): iterable
        {
            yield self::escape($context['title'] ?? '');
            yield ': ';
            yield ucfirst(strtolower($context['kind']));
        }

        protected function blockBody(array $context): iterable
        {
            $context['_parent'] = $context;
            $context['loop'] = ['index' => 1, 'first' => true, 'length' => \count($context['items'])];
            foreach ($context['items'] as $context['_key'] => $context['item']) {
                yield '<li class="';
                yield $context['loop']['index'] % 2 ? 'odd' : 'even';
                yield '">';
                yield self::escape(self::attribute($context['item'], 'name'));
                yield ' ';
                yield number_format(self::attribute($context['item'], 'price') ?? 0, 2, ',', '.');
                if (\in_array($context['item']['tag'] ?? '', ['new', 'hot'], true)) {
                    yield sprintf(' <b>%s</b>', $context['item']['tag']);
                }
                yield "</li>\n";
                ++$context['loop']['index'];
                $context['loop']['first'] = false;
            }
            unset($context['item'], $context['_key']);
        }
    }

    final class IndentedReader
    {
        private array $lines = [];
        private int $number = -1;
        private string $line = '';

        public function read(string $text): array
        {
            $this->lines = explode("\n", str_replace(["\r\n", "\r"], "\n", $text));
            $this->number = -1;
            $data = [];
            while ($this->next()) {
                if ($this->isEmpty()) {
                    continue;
                }
                if (!preg_match('#^(?P<key>[^ :\#]+(?: [^ :\#]+)*) *:(?: +(?P<value>.+))?$#u', rtrim($this->line), $m)) {
                    continue;
                }
                $key = $m['key'];
                $data[$key] = isset($m['value']) && $m['value'] !== '' ? self::value($m['value']) : $this->nested();
            }
            return $data;
        }

        private function next(): bool
        {
            if ($this->number >= count($this->lines) - 1) {
                return false;
            }
            $this->line = $this->lines[++$this->number];
            return true;
        }

        private function isEmpty(): bool
        {
            return trim($this->line, ' ') === '' || ltrim($this->line, ' ')[0] === '#';
        }

        private function indentation(): int
        {
            return strlen($this->line) - strlen(ltrim($this->line, ' '));
        }

        private function nested(): array
        {
            $out = [];
            while ($this->next()) {
                if ($this->isEmpty()) {
                    continue;
                }
                if ($this->indentation() === 0) {
                    --$this->number;
                    break;
                }
                $line = trim($this->line);
                if (str_starts_with($line, '- ')) {
                    $out[] = self::value(substr($line, 2));
                } elseif (($at = strpos($line, ':')) !== false) {
                    $out[substr($line, 0, $at)] = self::value(ltrim(substr($line, $at + 1)));
                }
            }
            return $out;
        }

        public static function value(string $text): mixed
        {
            $i = 0;
            switch ($text[0] ?? '') {
                case '[':
                    return self::sequence($text, $i);
                case '"':
                case "'":
                    return self::quoted($text, $i);
            }
            $lower = strtolower($text);
            switch (true) {
                case $lower === 'null' || $text === '' || $text === '~':
                    return null;
                case $lower === 'true':
                    return true;
                case $lower === 'false':
                    return false;
                case is_numeric($text):
                    return ctype_digit($text) ? (int) $text : (float) $text;
            }
            return $text;
        }

        private static function sequence(string $text, int &$i): array
        {
            $out = [];
            $len = strlen($text);
            ++$i;
            while ($i < $len) {
                if ($text[$i] === ']') {
                    return $out;
                }
                if ($text[$i] === ',' || $text[$i] === ' ') {
                    ++$i;
                    continue;
                }
                if (\in_array($text[$i], ['"', "'"], true)) {
                    $out[] = self::quoted($text, $i);
                } else {
                    $word = '';
                    while (isset($text[$i]) && $text[$i] !== ',' && $text[$i] !== ']') {
                        $word .= $text[$i++];
                    }
                    $out[] = self::value(rtrim($word));
                }
            }
            throw new \UnexpectedValueException('Unclosed sequence');
        }

        private static function quoted(string $text, int &$i): string
        {
            $quote = $text[$i];
            $end = strpos($text, $quote, $i + 1);
            $out = substr($text, $i + 1, $end - $i - 1);
            $i = $end + 1;
            return $out;
        }
    }

    class Markup
    {
        protected array $markers = ['*' => ['Strong'], '`' => ['Code'], '[' => ['Link'], '<' => ['Tag']];
        protected string $list = '*`[<';

        public function text(string $text): string
        {
            $out = '';
            foreach (explode("\n\n", $text) as $block) {
                $lines = explode("\n", trim($block, "\n"));
                $marker = $lines[0][0] ?? '';
                $elements = ['name' => 'p', 'text' => implode("\n", $lines), 'attributes' => ['class' => $marker === '' ? 'empty' : null]];
                if ($marker === '#') {
                    $level = strspn($lines[0], '#');
                    $elements = ['name' => 'h' . min(6, $level), 'text' => trim($lines[0], '# '), 'attributes' => ['id' => $level]];
                }
                $out .= $this->element($elements) . "\n";
            }
            return $out;
        }

        protected function element(array $element): string
        {
            $markup = '<' . $element['name'];
            if (isset($element['attributes'])) {
                foreach ($element['attributes'] as $name => $value) {
                    if ($value === null) {
                        continue;
                    }
                    $markup .= " $name=\"$value\"";
                }
            }
            $markup .= '>';
            $markup .= $this->line($element['text']);
            return $markup . '</' . $element['name'] . '>';
        }

        public function line(string $text): string
        {
            $markup = '';
            while ($excerpt = strpbrk($text, $this->list)) {
                $marker = $excerpt[0];
                $position = strpos($text, $marker);
                $Excerpt = ['text' => $excerpt, 'context' => $text];
                foreach ($this->markers[$marker] as $type) {
                    $Inline = $this->{"inline$type"}($Excerpt);
                    if (!isset($Inline)) {
                        continue;
                    }
                    $Inline['position'] ??= $position;
                    $markup .= htmlspecialchars(substr($text, 0, $Inline['position'])) . $Inline['markup'];
                    $text = substr($text, $Inline['position'] + $Inline['extent']);
                    continue 2;
                }
                $markup .= htmlspecialchars(substr($text, 0, $position + 1));
                $text = substr($text, $position + 1);
            }
            return $markup . htmlspecialchars($text);
        }

        protected function inlineStrong(array $e): ?array
        {
            if (!isset($e['text'][1]) || !preg_match('/^\*\*(.+?)\*\*/s', $e['text'], $m)) {
                return null;
            }
            return ['extent' => strlen($m[0]), 'markup' => "<strong>{$m[1]}</strong>"];
        }

        protected function inlineCode(array $e): ?array
        {
            if (preg_match('/^(`+)[ ]*(.+?)[ ]*(?<!`)\1(?!`)/s', $e['text'], $m)) {
                return ['extent' => strlen($m[0]), 'markup' => '<code>' . htmlspecialchars($m[2], ENT_NOQUOTES) . '</code>'];
            }
            return null;
        }

        protected function inlineLink(array $e): ?array
        {
            if (preg_match('/^\[([^]]*)\]\(([^)]*)\)/', $e['text'], $m)) {
                return ['extent' => strlen($m[0]), 'markup' => sprintf('<a href="%s">%s</a>', htmlspecialchars($m[2]), $m[1])];
            }
            return null;
        }

        protected function inlineTag(array $e): ?array
        {
            return null;
        }
    }

    function application(): Container
    {
        return new Container([
            'parser' => fn() => new Parser(),
            'printer' => fn() => new Printer(),
            'template' => fn() => new ListTemplate(),
            'reader' => fn() => new IndentedReader(),
            'markup' => fn() => new Markup(),
            'router' => function (Container $c): Router {
                $router = new Router();
                foreach (['blog', 'shop', 'user', 'tag', 'page'] as $i => $name) {
                    $router->add('GET', "/$name", fn(array $v): string => $name);
                    $router->add('GET', "/$name/{id:\d+}", fn(array $v): string => $name . $v['id']);
                    $router->add('POST', "/$name/{id:\d+}/{action}", fn(array $v): string => "$name {$v['action']} {$v['id']}");
                }
                return $router;
            },
        ]);
    }

    function run(int $rounds): string
    {
        $app = application();
        $items = [];
        for ($i = 0; $i < 30; $i++) {
            $items[] = ['name' => "thing <$i>", 'price' => $i * 1.25, 'tag' => $i % 7 ? 'old' : 'new'];
        }
        $indented = "# settings\nname: thing\nports: [80, 443, 'x y', null]\nlevels:\n    low: 1\n    high: 2.5\n    on: true\nlist:\n    - first\n    - \"second one\"\n";
        $marked = "# A heading\n\nSome **strong** text with `code < 3` and [a link](/to?a=1&b=2), 2 * 3 < 7.\nMore of it.\n\n## Another\n\nPlain & simple.";
        $hash = hash_init('xxh3');
        for ($round = 0; $round < $rounds; $round++) {
            $folder = new \Training\Syntax\Folder();
            $node = $app->get('parser')->parse("max(1 + 2 * 3, a$round, b * (4 - $round)) + sum(x, y, 2 ** 3) / 4 - f(g(h(1)), $round % 5)");
            $node = (new \Training\Syntax\Traverser())->add($folder)->traverse($node);
            hash_update($hash, $app->get('printer')->print($node) . json_encode($node) . serialize($folder->seen));
            hash_update($hash, $app->get('template')->render(['title' => 'List & more', 'kind' => 'STOCK', 'items' => $items]));
            foreach ([['GET', '/blog'], ['GET', "/user/$round"], ['POST', '/tag/5/edit'], ['GET', '/none']] as [$method, $path]) {
                try {
                    [$handler, $vars] = $app->get('router')->match($method, $path);
                    hash_update($hash, $handler($vars));
                } catch (NotFound $e) {
                    hash_update($hash, $e->getMessage());
                }
            }
            $data = $app->get('reader')->read($indented);
            ksort($data);
            hash_update($hash, serialize($data) . $app->get('markup')->text($marked));
            usort($items, fn(array $a, array $b): int => $b['price'] <=> $a['price'] ?: strcmp($a['name'], $b['name']));
            $sum = array_sum(array_map(fn(array $item) => $item['price'], array_filter($items, fn($item) => $item['tag'] === 'new')));
            hash_update($hash, number_format($sum, 2));
        }
        return hash_final($hash);
    }
}

namespace {
    echo Training\Web\run((int) ($argv[2] ?? 300)), "\n";
}
