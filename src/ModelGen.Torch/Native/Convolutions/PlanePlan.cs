namespace ModelGen.Native.Convolutions;

/// <summary>
/// How a channel of the image is laid out for the windows of a block: in planes, one for each remainder of positions modulo the strides,
/// with padding. The elements that adjacent windows read for one kernel element are then contiguous. The plan is the same for every sample
/// and channel.
/// </summary>
internal sealed class PlanePlan
{
    private readonly ConvolutionAxis _depth;
    private readonly ConvolutionAxis _height;
    private readonly ConvolutionAxis _width;
    private readonly WindowBlock _block;
    private readonly (long Depth, long Height, long Width) _lengths;

    /// <summary>Plans the planes of a block.</summary>
    public PlanePlan(in ConvolutionShape shape, in WindowBlock block)
    {
        (_block, _depth, _height, _width) = (block, shape.Depth, shape.Height, shape.Width);
        _lengths = (_depth.PhaseLength(block.Depth.Count), _height.PhaseLength(block.Height.Count), _width.PhaseLength(block.Width.Count));
        Lines = new PlaneLine[_depth.Phases * _height.Phases * _width.Phases * _lengths.Depth * _lengths.Height];
        var next = 0;
        for (long depthPhase = 0; depthPhase < _depth.Phases; depthPhase++)
        {
            for (long heightPhase = 0; heightPhase < _height.Phases; heightPhase++)
            {
                for (long widthPhase = 0; widthPhase < _width.Phases; widthPhase++)
                {
                    for (long depth = 0; depth < _lengths.Depth; depth++)
                    {
                        for (long height = 0; height < _lengths.Height; height++)
                        {
                            Lines[next++] = Line(
                                Position(_depth, block.Depth.First, depth, depthPhase),
                                Position(_height, block.Height.First, height, heightPhase),
                                Position(_width, block.Width.First, 0, widthPhase)
                            );
                        }
                    }
                }
            }
        }
    }

    /// <summary>The lines of all planes along the last axis, consecutively.</summary>
    public PlaneLine[] Lines { get; }

    /// <summary>The length of a line.</summary>
    public long LineLength => _lengths.Width;

    /// <summary>The distance from one position along the first axis to the next.</summary>
    public long DepthStep => _lengths.Height * _lengths.Width;

    /// <summary>The distance in the image from one element of a line to the next.</summary>
    public long ImageStep => _width.Stride;

    /// <summary>The number of elements in all planes.</summary>
    public long Length => Lines.Length * LineLength;

    /// <summary>Whether the plan also fits another block.</summary>
    public bool IsOf(in WindowBlock block) => (block.Depth, block.Height, block.Width) == (_block.Depth, _block.Height, _block.Width);

    /// <summary>The position that the first window reads for a kernel element.</summary>
    public long Place(long depth, long height, long width)
    {
        var ((depthPhase, atDepth), (heightPhase, atHeight), (widthPhase, atWidth)) = (
            Place(_depth, depth),
            Place(_height, height),
            Place(_width, width)
        );
        var plane = (((depthPhase * _height.Phases) + heightPhase) * _width.Phases) + widthPhase;
        return (((((plane * _lengths.Depth) + atDepth) * _lengths.Height) + atHeight) * _lengths.Width) + atWidth;
    }

    private static (long Phase, long Position) Place(ConvolutionAxis axis, long element) =>
        ((element * axis.Dilation) % axis.Stride, element * axis.Dilation / axis.Stride);

    private static long Position(ConvolutionAxis axis, long firstWindow, long position, long phase) =>
        ((firstWindow + position) * axis.Stride) + phase - axis.Padding;

    private PlaneLine Line(long depth, long height, long first)
    {
        if (depth < 0 || depth >= _depth.Image || height < 0 || height >= _height.Image)
        {
            return default;
        }

        var before = first >= 0 ? 0 : (-first + _width.Stride - 1) / _width.Stride;
        var start = first + (before * _width.Stride);
        if (before >= _lengths.Width || start >= _width.Image)
        {
            return default;
        }

        return new PlaneLine(
            (((depth * _height.Image) + height) * _width.Image) + start,
            before,
            Math.Min(_lengths.Width - before, ((_width.Image - start - 1) / _width.Stride) + 1)
        );
    }
}
