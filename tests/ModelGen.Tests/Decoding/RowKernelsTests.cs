using ModelGen.Decoding;
using static TorchSharp.torch;

namespace ModelGen.Tests.Decoding;

/// <summary>Functions of rows against libtorch's.</summary>
public sealed unsafe class RowKernelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(128)]
    public void RowsAreWhatLibtorchMakesOfThem(int length)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(length).Dispose();
        var (x, weight, bias) = (randn(length) * 4, randn(length), randn(length));
        float[] from = x.data<float>().ToArray(),
            scale = weight.data<float>().ToArray(),
            shift = bias.data<float>().ToArray();
        fixed (
            float* source = from,
                w = scale,
                b = shift
        )
        {
            var (s, v, u) = ((nint)source, (nint)w, (nint)b);
            Same(nn.functional.gelu(x), to => RowKernels.Gelu((float*)s, length, (float*)to));
            Same(nn.functional.silu(x), to => RowKernels.Silu((float*)s, length, (float*)to));
            Same(nn.functional.layer_norm(x, [length], weight, bias, 1e-5), to =>
                RowKernels.LayerNorm((float*)s, (float*)v, (float*)u, 1e-5f, length, (float*)to)
            );
            Same(nn.functional.layer_norm(x, [length], eps: 1e-5), to =>
                RowKernels.LayerNorm((float*)s, null, null, 1e-5f, length, (float*)to)
            );
            Same(x * weight / (x.pow(2).mean() + 1e-5).sqrt(), to => RowKernels.RmsNorm((float*)s, (float*)v, 1e-5f, length, (float*)to));
        }
    }

    /// <summary>x Φ(x), far from zero as well.</summary>
    [Fact]
    public void GeluIsRightEverywhere()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-40, 40, 20_001);
        var from = x.data<float>().ToArray();
        fixed (float* source = from)
        {
            var s = (nint)source;
            Same(nn.functional.gelu(x), to => RowKernels.Gelu((float*)s, from.Length, (float*)to));
        }
    }

    private static void Same(Tensor expected, Action<nint> compute)
    {
        var numbers = expected.data<float>().ToArray();
        var found = new float[numbers.Length + 1];
        found[^1] = float.NaN;
        fixed (float* to = found)
        {
            compute((nint)to);
        }

        Assert.True(float.IsNaN(found[^1]));
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(numbers[i], found[i], tolerance: 2e-6f * (1 + Math.Abs(numbers[i])));
        }
    }
}
