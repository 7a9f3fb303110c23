<?php
use PHPUnit\Framework\Attributes\{CoversClass, DataProvider, Depends, Group, RequiresPhp, TestDox, TestWith, Before, After, DoesNotPerformAssertions};
use PHPUnit\Framework\TestCase;
use Shop\{Cart, Rates};

#[CoversClass(Cart::class)]
final class CartTest extends TestCase
{
    private Rates $rates;
    private static int $made = 0;

    public static function setUpBeforeClass(): void { self::$made = 0; }
    protected function setUp(): void { $this->rates = $this->createStub(Rates::class); self::$made++; }

    public function testEmpty(): Cart
    {
        $cart = new Cart($this->rates);
        $this->assertCount(0, $cart);
        $this->assertSame([], iterator_to_array($cart));
        return $cart;
    }

    #[Depends('testEmpty')]
    public function testAdd(Cart $cart): void
    {
        $cart->add('pen', 150, 2)->add('pen', 150);
        $this->assertSame(450.0, (float) $cart->total());
        $this->assertEquals(['pen' => ['amount' => 3, 'price' => 150]], iterator_to_array($cart));
    }

    public static function totals(): iterable
    {
        yield 'one' => [[['a', 100, 1]], 100];
        yield 'two' => [[['a', 100, 1], ['b', 50, 3]], 250];
        yield 'wrong' => [[['a', 1, 1]], 2];
        yield [[], 0.0];
        yield "odd \"name\"\n" => [[['ü', PHP_INT_MAX, 1]], PHP_INT_MAX];
    }

    #[DataProvider('totals')]
    public function testTotal(array $items, int|float $total): void
    {
        $cart = new Cart($this->rates);
        array_walk($items, fn($i) => $cart->add(...$i));
        $this->assertEquals($total, $cart->total(), 'The total');
    }

    public function testCurrency(): void
    {
        $rates = $this->createMock(Rates::class);
        $rates->expects($this->exactly(2))->method('rate')->with('EUR', $this->logicalOr('USD', 'GBP'))->willReturnOnConsecutiveCalls(1.25, 0.8);
        $cart = (new Cart($rates))->add('x', 10);
        $this->assertSame([12.5, 8.0], [$cart->total('USD'), $cart->total('GBP')]);
    }

    public function testMockUnmet(): void
    {
        $rates = $this->createMock(Rates::class);
        $rates->expects($this->once())->method('known')->with('a', $this->anything(), $this->stringContains('c'));
        $rates->known('a', 'b', 'x');
    }

    public function testNeverCalled(): void
    {
        $this->createMock(Rates::class)->expects($this->atLeastOnce())->method('rate');
    }

    public function testExceptions(): void
    {
        $this->expectException(DomainException::class);
        $this->expectExceptionCode(42);
        $this->expectExceptionMessageMatches('/pen .* positive/');
        (new Cart($this->rates))->add('pen', 1, 0);
    }

    public function testUnexpectedException(): void
    {
        throw new RuntimeException('outer', 1, new LogicException('inner'));
    }

    public function testTypeError(): void { (new Cart($this->rates))->add('x', 'y'); }

    public function testReadonly(): void { $cart = new Cart($this->rates); $cart->currency = 'USD'; }

    public function testArraysDiffer(): void { $this->assertSame(['a' => 1, 'b' => [1, 2.0, null, true], 'o' => (object) ['x' => 'y']], ['a' => 1, 'b' => [1, 2, null, false], 'o' => (object) ['x' => 'z']]); }
    public function testObjectsDiffer(): void { $a = new ArrayObject([1, new SplObjectStorage]); $a->self = $a; $this->assertEquals($a, new ArrayObject([2])); }
    public function testTextsDiffer(): void { $this->assertSame("one\ntwo\nthree\r\nfour", "one\n2\nthree\nfour"); }
    public function testJson(): void { $this->assertJsonStringEqualsJsonString('{"b":1,"a":[1,2]}', '{"a":[1,3],"b":1}'); }
    public function testXml(): void { $this->assertXmlStringEqualsXmlString('<a><b x="1" y="2"/></a>', '<a><b y="2"  x="1"></b></a>'); $this->assertXmlStringEqualsXmlString('<a/>', '<b/>'); }
    public function testDates(): void { $this->assertEquals(new DateTimeImmutable('2024-01-01 UTC'), new DateTimeImmutable('2024-01-02 UTC')); }
    public function testDelta(): void { $this->assertEqualsWithDelta(1.0, 1.05, 0.1); $this->assertEqualsWithDelta(1.0, 1.5, 0.1); }
    public function testClosures(): void { $this->assertThat(fn() => 1, $this->logicalAnd($this->isCallable(), $this->logicalNot($this->isInstanceOf(Closure::class)))); }
    public function testFormat(): void { $this->assertStringMatchesFormat('%d of %s, %f%A', '3 of x, 1.5 and more'); $this->assertStringMatchesFormat("a %d\nb", "a x\nb"); }
    public function testSkipped(): void { $this->markTestSkipped('not now'); }
    public function testIncomplete(): void { $this->markTestIncomplete('not yet'); }
    public function testRisky(): void {}
    #[DoesNotPerformAssertions] public function testNothing(): void {}
    #[RequiresPhp('>= 9')] public function testFuture(): void { $this->fail('never'); }
    #[TestWith([1, 1]), TestWith(['a', 'A'], 'letters')] #[Group('slow')]
    public function testWith(mixed $a, mixed $b): void { $this->assertEqualsIgnoringCase($a, $b); }
    public function testOutput(): void { $this->expectOutputString('hello'); echo 'hel', 'lo'; }
    public function testOutputDiffers(): void { $this->expectOutputRegex('/^x/'); echo 'hello'; }
    public function testWarning(): void { $x = []; $this->assertNull($x['nothing']); }
    public function testNotice(): void { trigger_error('watch out', E_USER_NOTICE); $this->assertTrue(true); }
    public function testDeprecation(): void { $this->assertSame(2, strlen(null ?? 'ab')); @trigger_error('silent', E_USER_DEPRECATED); trigger_error('old', E_USER_DEPRECATED); }
    public function testDivision(): void { $this->assertSame(1, intdiv(1, 0)); }
    #[TestDox('The $a of "$b" is told')] #[TestWith([3, "x\ty"])] public function testDoxed(int $a, string $b): void { $this->assertGreaterThan(5, $a); }
    #[Before] public function before(): void { $this->assertSame('test', getenv('SHOP_ENV')); }
    #[After] public function after(): void { $this->assertSame(1, (int) SHOP); }
    public static function tearDownAfterClass(): void { if (self::$made === 0) { throw new Exception; } }
}
