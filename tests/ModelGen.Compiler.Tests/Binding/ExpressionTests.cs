using System.Globalization;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Tests.Binding;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("42", 42)]
    [InlineData(" 1e-3 ", 0.001)]
    [InlineData("1E+3", 1000)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("-3", -3)]
    [InlineData("--3", 3)]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 4 - 3", 3)]
    [InlineData("16 / 4 / 2", 2)]
    [InlineData("2 * -3", -6)]
    [InlineData("-2 * 3 + 1", -5)]
    [InlineData("7 / 2", 3.5)]
    [InlineData("sqrt(16) + sqrt( 2 * 8 )", 8)]
    [InlineData("4 * $width", 512)]
    [InlineData("$width/$head-size", 8)]
    [InlineData("$width-1", 127)]
    [InlineData("$head-size - $width", -112)]
    [InlineData("((((((1))))))", 1)]
    public void IsComputed(string text, double value) => Assert.Equal(value, Evaluate(text).Value);

    [Theory]
    [InlineData("1 +", 3, "a number is missing at the end")]
    [InlineData("(1 + 2", 1, "')' is missing")]
    [InlineData("2 * (1", 5, "')' is missing")]
    [InlineData("1 2", 3, "'2' does not belong here")]
    [InlineData("1_000", 2, "'_000' does not belong here")]
    [InlineData("0x10", 2, "'x10' does not belong here")]
    [InlineData("2 ^ 3", 3, "'^ 3' does not belong here")]
    [InlineData("2 ** 3", 4, "'* 3' is neither a number nor a $name")]
    [InlineData("1.2.3", 1, "'1.2.3' is not a number")]
    [InlineData("1e", 1, "'1e' is not a number")]
    [InlineData("4 * width3", 5, "'width3' is neither a number nor a $name")]
    [InlineData("1 / 0", 3, "division by zero")]
    [InlineData("1 / ($width - 128)", 3, "division by zero")]
    [InlineData("sqrt(-1)", 1, "the square root of a negative number")]
    [InlineData("1e308 * 10", 1, "the result is not a finite number")]
    [InlineData("1e999", 1, "the result is not a finite number")]
    public void MistakeIsReportedAtItsPlace(string text, int column, string problem)
    {
        var (value, diagnostic) = Evaluate(text);

        Assert.Null(value);
        Assert.Equal($"'{text}' cannot be computed: {problem}", diagnostic!.Message);
        Assert.Equal((2, 10 + column), (diagnostic.Span.Line, diagnostic.Span.Column));
    }

    [Theory]
    [InlineData("4 * $widht", 5, "'$widht' is not defined; did you mean 'width'?")]
    [InlineData("$x + $width", 1, "'$x' is not defined; known here: head-size, width")]
    public void UnknownNameIsReportedWithTheNearest(string text, int column, string message)
    {
        var (value, diagnostic) = Evaluate(text);

        Assert.Null(value);
        Assert.Equal(message, diagnostic!.Message);
        Assert.Equal(10 + column, diagnostic.Span.Column);
    }

    [Fact]
    public void NameOfAMistakenConstantIsNotReportedAgain()
    {
        var (value, diagnostic) = Evaluate("2 * $broken");

        Assert.Null(value);
        Assert.Null(diagnostic);
    }

    [Fact]
    public void NestingAndLengthHaveLimits()
    {
        Assert.Equal(1, Evaluate(new string('(', 60) + "1" + new string(')', 60)).Value);
        Assert.Contains(
            "nested too deeply",
            Evaluate(new string('(', 70) + "1" + new string(')', 70)).Diagnostic!.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "more than 1,000 characters",
            Evaluate(string.Join('+', Enumerable.Repeat("1", 1000))).Diagnostic!.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("three", false)]
    [InlineData("true", false)]
    [InlineData("", false)]
    [InlineData("3", true)]
    [InlineData("$x", true)]
    [InlineData("sqrt(2)", true)]
    public void WordAtAWrongPlaceIsNoArithmetic(string text, bool isArithmetic) =>
        Assert.Equal(isArithmetic, Expression.IsArithmetic(text));

    // Random expressions against the arithmetic of decimals, which shares no code with it.
    [Fact]
    public void AgreesWithArithmetic()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var (text, value) = Random(new Random(seed), 4);
            var evaluated = Evaluate(text).Value;
            Assert.True(
                evaluated is { } number && Math.Abs(number - (double)value) <= 1e-9 * Math.Max(1, Math.Abs((double)value)),
                $"{text} = {value}, computed {evaluated}"
            );
        }
    }

    private static (string Text, decimal Value) Random(Random random, int depth)
    {
        if (depth == 0)
        {
            var number = random.Next(1, 20);
            return (number.ToString(CultureInfo.InvariantCulture), number);
        }

        var (left, right) = (Random(random, depth - 1), Random(random, depth - 1));
        return random.Next(5) switch
        {
            0 => ($"({left.Text} + {right.Text})", left.Value + right.Value),
            1 => ($"({left.Text}-{right.Text})", left.Value - right.Value),
            2 => ($"{left.Text}*{right.Text}", left.Value * right.Value),
            3 when right.Value != 0 => ($"({left.Text} / ({right.Text}))", left.Value / right.Value),
            _ => ($"-({left.Text})", -left.Value),
        };
    }

    private static (double? Value, Diagnostic? Diagnostic) Evaluate(string text)
    {
        var constants = new Constants(null);
        var place = new SourceSpan(100, text.Length, 2, 11, 2, 11 + text.Length);
        constants.Define(new ScalarNode(place, "width", isQuoted: false), 128);
        constants.Define(new ScalarNode(place, "head-size", isQuoted: false), 16);
        if (text.Contains("$broken", StringComparison.Ordinal))
        {
            constants.Define(new ScalarNode(place, "broken", isQuoted: false), null);
        }

        var diagnostics = new DiagnosticBag();
        var value = Expression.Evaluate(new ScalarNode(place, text, isQuoted: false), constants, diagnostics);
        return (value, diagnostics.ToArray().SingleOrDefault());
    }
}
