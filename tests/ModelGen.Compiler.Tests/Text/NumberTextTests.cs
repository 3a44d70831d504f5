using System.Globalization;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Tests.Text;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-3, "-3")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-5, "1e-5")]
    [InlineData(-2.5e-7, "-2.5e-7")]
    [InlineData(1e20, "1e20")]
    [InlineData(123456789012, "123456789012")]
    [InlineData(1.0 / 3, "0.3333333333333333")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(double.MaxValue, "1.7976931348623157e308")]
    public void IsShort(double value, string text) => Assert.Equal(text, NumberText.Of(value));

    [Fact]
    public void ReadsBackAsTheSameNumberAndIsNoLongerThanTheShortest()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var value =
                i % 2 == 0
                    ? BitConverter.Int64BitsToDouble(random.NextInt64())
                    : Math.Round(random.NextDouble(), i % 16) * Math.Pow(10, (i % 40) - 20);
            if (double.IsFinite(value))
            {
                var text = NumberText.Of(value);

                Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
                Assert.Equal(Digits(value.ToString("R", CultureInfo.InvariantCulture)), Digits(text));
            }
        }
    }

    private static string Digits(string text) => string.Concat(text.Split('E', 'e')[0].Where(char.IsAsciiDigit)).Trim('0');
}
