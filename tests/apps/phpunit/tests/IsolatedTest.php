<?php
use PHPUnit\Framework\Attributes\{DataProviderExternal, PreserveGlobalState, RunInSeparateProcess, RunTestsInSeparateProcesses, WithoutErrorHandler};
use PHPUnit\Framework\{Assert, MockObject\MockObject, TestCase};

abstract class Base { abstract protected function inner(int &$x, self|null $y = null, string ...$rest): static|int|null; public function outer(): mixed { $x = 1; return [$this->inner($x), $x]; } }
trait Helps { protected function help(): string { return static::class . '::' . __FUNCTION__; } }
class Values { static function all(): array { return ['a' => [1], 'b' => ['x' => 2]]; } }

class IsolatedTest extends TestCase
{
    use Helps;

    #[RunInSeparateProcess] public function testAlone(): void { define('ALONE', 1); $this->assertTrue(defined('ALONE')); }
    public function testNotSeen(): void { $this->assertFalse(defined('ALONE')); }
    #[RunInSeparateProcess, PreserveGlobalState(false)] public function testAloneFails(): void { $this->assertSame('a', "b\nc"); }
    #[RunInSeparateProcess] public function testAloneExits(): void { exit(3); }
    #[DataProviderExternal(Values::class, 'all')] public function testExternal(int $x): void { $this->assertLessThan(2, $x); }
    public function testTrait(): void { $this->assertSame('IsolatedTest::help', $this->help()); }
    public function testAbstract(): void
    {
        $mock = $this->getMockBuilder(Base::class)->onlyMethods(['inner'])->getMock();
        $mock->method('inner')->willReturnCallback(function (int &$x) { $x = 5; return 7; });
        $this->assertSame([7, 5], $mock->outer());
        $this->assertInstanceOf(MockObject::class, $mock);
    }
    public function testIterator(): void
    {
        $it = $this->createConfiguredMock(Countable::class, ['count' => 4]);
        $this->assertCount(3, $it);
    }
    public function testStatic(): void { Assert::assertContainsOnlyInstancesOf(Countable::class, [new ArrayObject, new stdClass]); }
    public function testGlobals(): void { $GLOBALS['shop'] = [1]; $this->assertArrayHasKey('shop', $GLOBALS); $this->assertArrayNotHasKey('argv', ['argv' => 1]); }
    #[WithoutErrorHandler] public function testNoHandler(): void { $this->assertSame(1, @$undefined + 1); }
    public function testFiles(): void { $this->assertFileEquals(__DIR__ . '/../phpunit.xml', __DIR__ . '/../bootstrap.php'); }
}
