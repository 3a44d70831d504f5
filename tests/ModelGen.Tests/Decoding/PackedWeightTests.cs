using ModelGen.Decoding;
using static TorchSharp.torch;

namespace ModelGen.Tests.Decoding;

/// <summary>Products against their sums in double.</summary>
public sealed unsafe class PackedWeightTests
{
    public static TheoryData<int, int, int> Sizes =>
        new()
        {
            { 1, 1, 1 },
            { 3, 2, 5 },
            { 64, 16, 1 },
            { 65, 17, 2 },
            { 127, 31, 3 },
            { 200, 33, 4 },
            { 130, 7, 5 },
            { 64, 300, 9 },
            { 2100, 520, 6 }, // large enough for threads
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Float32IsTheProduct(int outputs, int inputs, int rows) =>
        Check(outputs, inputs, rows, WeightFormat.Float32, static row => row);

    /// <summary>8 significant bits: 2⁻⁸ of a number of 2⁰ to 2¹ apart, ties to even.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void BFloat16RoundsEachWeight(int outputs, int inputs, int rows) =>
        Check(outputs, inputs, rows, WeightFormat.BFloat16, static row => Array.ConvertAll(row, Rounded));

    /// <summary>round(127 w / max |w|) of each output, times max |w| / 127.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Int8RoundsToAScaleForEachOutput(int outputs, int inputs, int rows) =>
        Check(outputs, inputs, rows, WeightFormat.Int8, static row =>
        {
            var largest = row.Max(MathF.Abs);
            return largest == 0 ? row : Array.ConvertAll(row, each => MathF.Round(each * (127 / largest)) * (largest / 127));
        });

    [Fact]
    public void ARowGivesTheSameBitsAmongOthers()
    {
        using var scope = NewDisposeScope();
        using var packed = PackedWeight.Of(randn(150, 70), WeightFormat.Float32);
        var x = randn(11, 70).data<float>().ToArray();
        var together = Multiply(packed, x, 11, bias: null);

        for (var row = 0; row < 11; row++)
        {
            Assert.Equal(Multiply(packed, x[(row * 70)..((row + 1) * 70)], 1, bias: null), together[(row * 150)..((row + 1) * 150)]);
        }
    }

    private static void Check(int outputs, int inputs, int rows, WeightFormat format, Func<float[], float[]> rounded)
    {
        manual_seed(outputs).Dispose();
        using var scope = NewDisposeScope();
        var weight = randn(outputs, inputs);
        weight[0] = 0;
        var (x, bias) = (randn(rows, inputs).data<float>().ToArray(), randn(outputs).data<float>().ToArray());
        using var packed = PackedWeight.Of(weight, format);
        var (plain, shifted) = (Multiply(packed, x, rows, bias: null), Multiply(packed, x, rows, bias));
        for (var output = 0; output < outputs; output++)
        {
            var kept = rounded(weight[output].data<float>().ToArray());
            for (var row = 0; row < rows; row++)
            {
                var (sum, size) = (0.0, 0.0);
                for (var i = 0; i < inputs; i++)
                {
                    sum += (double)x[(row * inputs) + i] * kept[i];
                    size += Math.Abs((double)x[(row * inputs) + i] * kept[i]);
                }

                Assert.Equal(sum, plain[(row * outputs) + output], tolerance: 1e-6 + (1e-6 * size));
                Assert.Equal(sum + bias[output], shifted[(row * outputs) + output], tolerance: 1e-6 + (1e-6 * size));
            }
        }
    }

    // What surrounds the result stays as it is.
    private static float[] Multiply(PackedWeight weight, float[] x, int rows, float[]? bias)
    {
        const int Fence = 64;
        var result = new float[(rows * weight.Outputs) + (2 * Fence)];
        Array.Fill(result, float.NaN);
        fixed (
            float* from = x,
                to = result,
                shift = bias
        )
        {
            weight.Multiply(from, rows, shift, to + Fence);
        }

        Assert.All(result[..Fence], static number => Assert.True(float.IsNaN(number)));
        Assert.All(result[^Fence..], static number => Assert.True(float.IsNaN(number)));
        return result[Fence..^Fence];
    }

    private static float Rounded(float value)
    {
        var unit = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(value == 0 ? 1 : value))) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    }
}
