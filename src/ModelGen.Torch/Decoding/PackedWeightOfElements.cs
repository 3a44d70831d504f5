using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Decoding;

/// <summary>A <see cref="PackedWeight"/> of elements of one kind.</summary>
internal sealed unsafe class PackedWeight<TElement, T> : PackedWeight
    where TElement : struct, IPanelElement<T>
    where T : unmanaged
{
    // Rows that share what is loaded of the weight: sixteen sums of sixteen outputs each fill half of the registers.
    private const int Tile = 4;

    private readonly NativeBuffer<T> _elements;
    private readonly NativeBuffer<float>? _scales;

    public PackedWeight(Tensor weight, bool isScaled)
    {
        (Outputs, Inputs) = (checked((int)weight.size(0)), checked((int)weight.size(1)));
        var padded = (long)((Outputs + Panel - 1) / Panel) * Panel;
        _elements = new NativeBuffer<T>(padded * Inputs);
        _scales = isScaled ? new NativeBuffer<float>(padded) : null;
        using var contiguous = weight.contiguous();
        var source = (float*)contiguous.DataPointer();
        LibtorchThreads.Run((int)(padded / Panel), panel => Pack(source, panel));
    }

    public override int Inputs { get; }

    public override int Outputs { get; }

    public override void Dispose()
    {
        _elements.Dispose();
        _scales?.Dispose();
    }

    protected override void Multiply(float* x, int rows, float* bias, float* y, int firstPanel, int endPanel)
    {
        var rest = stackalloc float[Tile * Panel];
        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var weights = _elements.Start + ((long)panel * Panel * Inputs);
            var first = panel * Panel;
            var count = Math.Min(Panel, Outputs - first);
            for (var row = 0; row < rows; row += Tile)
            {
                var together = Math.Min(Tile, rows - row);
                float* from = x + ((long)row * Inputs),
                    to = y + ((long)row * Outputs) + first;
                var stride = (long)Outputs;
                if (count < Panel)
                {
                    to = rest;
                    stride = Panel;
                }

                if (together == 1)
                {
                    One(from, weights, to);
                }
                else
                {
                    // Where there are fewer than four, the last one is computed again into its own place.
                    long second = 1,
                        third = Math.Min(2, together - 1),
                        fourth = together - 1;
                    Four(
                        from,
                        from + (second * Inputs),
                        from + (third * Inputs),
                        from + (fourth * Inputs),
                        weights,
                        to,
                        to + (second * stride),
                        to + (third * stride),
                        to + (fourth * stride)
                    );
                }

                for (var i = 0; i < together; i++)
                {
                    Finish(to + (i * stride), first, count, bias, y + ((long)(row + i) * Outputs) + first);
                }
            }
        }
    }

    private void Pack(float* source, int panel)
    {
        var count = Math.Min(Panel, Outputs - (panel * Panel));
        var target = _elements.Start + ((long)panel * Panel * Inputs);
        for (var i = 0; i < count; i++)
        {
            var row = new ReadOnlySpan<float>(source + ((long)((panel * Panel) + i) * Inputs), Inputs);
            var inverse = 1f;
            if (_scales is not null)
            {
                var largest = 0f;
                foreach (var value in row)
                {
                    largest = Math.Max(largest, Math.Abs(value));
                }

                _scales.Start[(panel * Panel) + i] = largest / 127;
                inverse = largest > 0 ? 127 / largest : 0;
            }

            for (var k = 0; k < row.Length; k++)
            {
                target[((long)k * Panel) + i] = TElement.Round(row[k] * inverse);
            }
        }
    }

    // The scale and the bias of each output.
    private void Finish(float* sums, int first, int count, float* bias, float* y)
    {
        if (_scales is null && bias is null && sums == y)
        {
            return;
        }

        var scales = _scales is null ? null : _scales.Start + first;
        bias = bias is null ? null : bias + first;
        var column = 0;
        for (; column + Vector512<float>.Count <= count; column += Vector512<float>.Count)
        {
            var value = Vector512.Load(sums + column);
            value = scales is null ? value : value * Vector512.Load(scales + column);
            value = bias is null ? value : value + Vector512.Load(bias + column);
            value.Store(y + column);
        }

        for (; column < count; column++)
        {
            var value = scales is null ? sums[column] : sums[column] * scales[column];
            y[column] = bias is null ? value : value + bias[column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(float* x, T* w, float* y)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var end = x + Inputs; x < end; x++, w += Panel)
        {
            var each = Vector512.Create(*x);
            a = Vector512.FusedMultiplyAdd(each, TElement.Load(w), a);
            b = Vector512.FusedMultiplyAdd(each, TElement.Load(w + 16), b);
            c = Vector512.FusedMultiplyAdd(each, TElement.Load(w + 32), c);
            d = Vector512.FusedMultiplyAdd(each, TElement.Load(w + 48), d);
        }

        a.Store(y);
        b.Store(y + 16);
        c.Store(y + 32);
        d.Store(y + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four(float* x0, float* x1, float* x2, float* x3, T* w, float* y0, float* y1, float* y2, float* y3)
    {
        var (a0, b0, c0, d0) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (a1, b1, c1, d1) = (a0, b0, c0, d0);
        var (a2, b2, c2, d2) = (a0, b0, c0, d0);
        var (a3, b3, c3, d3) = (a0, b0, c0, d0);
        var count = Inputs;
        for (var i = 0; i < count; i++, w += Panel)
        {
            var (a, b, c, d) = (TElement.Load(w), TElement.Load(w + 16), TElement.Load(w + 32), TElement.Load(w + 48));
            var each = Vector512.Create(x0[i]);
            a0 = Vector512.FusedMultiplyAdd(each, a, a0);
            b0 = Vector512.FusedMultiplyAdd(each, b, b0);
            c0 = Vector512.FusedMultiplyAdd(each, c, c0);
            d0 = Vector512.FusedMultiplyAdd(each, d, d0);
            each = Vector512.Create(x1[i]);
            a1 = Vector512.FusedMultiplyAdd(each, a, a1);
            b1 = Vector512.FusedMultiplyAdd(each, b, b1);
            c1 = Vector512.FusedMultiplyAdd(each, c, c1);
            d1 = Vector512.FusedMultiplyAdd(each, d, d1);
            each = Vector512.Create(x2[i]);
            a2 = Vector512.FusedMultiplyAdd(each, a, a2);
            b2 = Vector512.FusedMultiplyAdd(each, b, b2);
            c2 = Vector512.FusedMultiplyAdd(each, c, c2);
            d2 = Vector512.FusedMultiplyAdd(each, d, d2);
            each = Vector512.Create(x3[i]);
            a3 = Vector512.FusedMultiplyAdd(each, a, a3);
            b3 = Vector512.FusedMultiplyAdd(each, b, b3);
            c3 = Vector512.FusedMultiplyAdd(each, c, c3);
            d3 = Vector512.FusedMultiplyAdd(each, d, d3);
        }

        Store(a0, b0, c0, d0, y0);
        Store(a1, b1, c1, d1, y1);
        Store(a2, b2, c2, d2, y2);
        Store(a3, b3, c3, d3, y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* y)
    {
        a.Store(y);
        b.Store(y + 16);
        c.Store(y + 32);
        d.Store(y + 48);
    }
}
