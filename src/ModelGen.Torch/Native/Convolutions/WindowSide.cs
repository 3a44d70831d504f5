using System.Numerics;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// The values of a block's windows as a matrix with one row per channel of a group: in place for one sample, otherwise in a buffer.
/// </summary>
internal readonly unsafe ref struct WindowSide<T>
    where T : unmanaged, INumber<T>
{
    private readonly T* _windows;
    private readonly T* _matrix;
    private readonly long _channels;
    private readonly long _sampleStride;
    private readonly long _channelStride;
    private readonly long _samples;
    private readonly long _count;

    private WindowSide(in ConvolutionShape shape, in WindowBlock block, long group, T* windows)
    {
        (_channels, _sampleStride, _channelStride) = (
            shape.GroupWindowChannels,
            shape.WindowChannels * shape.WindowCount,
            shape.WindowCount
        );
        (_samples, _count) = (block.Samples, block.WindowsOfSample);
        _windows = windows + (block.FirstSample * _sampleStride) + (group * _channels * _channelStride) + block.FirstWindow;
        _matrix = _samples == 1 ? _windows : Workspace.Current.Windows<T>(_channels * _samples * _count);
    }

    /// <summary>Creates the matrix for a group's channels.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="block">The windows.</param>
    /// <param name="group">The index of the group.</param>
    /// <param name="windows">[Batch, WindowChannels, …].</param>
    public static WindowSide<T> Of(in ConvolutionShape shape, in WindowBlock block, long group, T* windows) =>
        new(shape, block, group, windows);

    /// <summary>[channels of the group, windows of the block].</summary>
    public Matrix Matrix => Native.Matrix.Of(_matrix, _channels, _samples * _count, _samples == 1 ? _channelStride : _samples * _count);

    /// <summary>Fills the matrix from the windows.</summary>
    public void Load()
    {
        if (_samples == 1)
        {
            return;
        }

        var to = _matrix;
        for (long channel = 0; channel < _channels; channel++)
        {
            for (long sample = 0; sample < _samples; sample++)
            {
                Line(sample, channel).CopyTo(new Span<T>(to, checked((int)_count)));
                to += _count;
            }
        }
    }

    /// <summary>Fills the windows from the matrix.</summary>
    /// <param name="bias">A value to add for each channel; null for none.</param>
    public void Store(T* bias)
    {
        if (_samples == 1 && bias is null)
        {
            return;
        }

        var from = _matrix;
        for (long channel = 0; channel < _channels; channel++)
        {
            for (long sample = 0; sample < _samples; sample++)
            {
                Store(
                    _samples == 1 ? Line(sample, channel) : new Span<T>(from, checked((int)_count)),
                    Line(sample, channel),
                    bias is null ? T.Zero : bias[channel]
                );
                from += _count;
            }
        }
    }

    private static void Store(ReadOnlySpan<T> from, Span<T> to, T bias)
    {
        var (i, added) = (0, Vector.Create(bias));
        for (; i <= from.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.Create(from[i..]) + added).CopyTo(to[i..]);
        }

        for (; i < from.Length; i++)
        {
            to[i] = from[i] + bias;
        }
    }

    private Span<T> Line(long sample, long channel) =>
        new(_windows + (sample * _sampleStride) + (channel * _channelStride), checked((int)_count));
}
