namespace ModelGen.Native.Convolutions;

/// <summary>The lines of a channel's planes along its last axis, each with its place in the image.</summary>
internal ref struct PlaneLines
{
    private readonly ConvolutionAxis _depth;
    private readonly ConvolutionAxis _height;
    private readonly ConvolutionAxis _width;
    private readonly long _depths;
    private readonly long _heights;
    private readonly (long Depth, long Height, long Width) _origin;
    private (long Depth, long Height, long Width) _phase;
    private long _atDepth;
    private long _atHeight;
    private long _line;

    /// <summary>Begins before the first line.</summary>
    public PlaneLines(in ConvolutionShape shape, in WindowBlock block)
    {
        (_depth, _height, _width) = (shape.Depth, shape.Height, shape.Width);
        (_depths, _heights, Length) = (_depth.PhaseLength(block.Depth.Count), _height.PhaseLength(block.Height.Count), _width.PhaseLength(block.Width.Count));
        _origin = (Origin(_depth, block.Depth.First), Origin(_height, block.Height.First), Origin(_width, block.Width.First));
        _atHeight = -1;
        _line = -1;
    }

    /// <summary>How long a line is.</summary>
    public long Length { get; }

    /// <summary>From one element's place in the image to that of the next.</summary>
    public readonly long Stride => _width.Stride;

    /// <summary>Goes on to the next line; false after the last.</summary>
    /// <param name="line">Its number, where its first element that lies in the image is there, how many zeros come before it, and how many elements lie in the image.</param>
    public bool Next(out (long Plane, long Image, long Before, long Count) line)
    {
        line = default;
        if (!Advance())
            return false;
        line.Plane = _line;
        var depth = _origin.Depth + (_atDepth * _depth.Stride) + _phase.Depth;
        var height = _origin.Height + (_atHeight * _height.Stride) + _phase.Height;
        if (depth < 0 || depth >= _depth.Image || height < 0 || height >= _height.Image)
            return true;

        var first = _origin.Width + _phase.Width;
        line.Before = first >= 0 ? 0 : Math.Min(Length, (-first + _width.Stride - 1) / _width.Stride);
        var start = first + (line.Before * _width.Stride);
        line.Count = start >= _width.Image ? 0 : Math.Min(Length - line.Before, ((_width.Image - start - 1) / _width.Stride) + 1);
        line.Image = (((depth * _height.Image) + height) * _width.Image) + start;
        return true;
    }

    // In the order of memory: remainders by depth, height and width, then the positions of that remainder.
    private bool Advance()
    {
        _line++;
        if (++_atHeight < _heights)
            return true;
        _atHeight = 0;
        if (++_atDepth < _depths)
            return true;
        _atDepth = 0;
        if (++_phase.Width < _width.Phases)
            return true;
        _phase.Width = 0;
        if (++_phase.Height < _height.Phases)
            return true;
        _phase.Height = 0;
        return ++_phase.Depth < _depth.Phases;
    }

    private static long Origin(ConvolutionAxis axis, long firstWindow) => (firstWindow * axis.Stride) - axis.Padding;
}
