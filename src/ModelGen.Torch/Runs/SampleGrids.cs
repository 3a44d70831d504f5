using ModelGen.Plots;
using static TorchSharp.torch;

namespace ModelGen.Runs;

/// <summary>
/// Writes a grid of images before the first step and at each tenth of a run, as <c>step-000500.png</c> and so on: how the same latents, for
/// example, look as training progresses.
/// </summary>
public sealed class SampleGrids : SampleFiles
{
    /// <summary>The extension of the files.</summary>
    internal const string Extension = ".png";

    private readonly Func<Tensor> _draw;
    private readonly int _columns;

    /// <summary>Creates the observer.</summary>
    /// <param name="folder">Where the grids go; it is created if missing.</param>
    /// <param name="draw">
    /// Makes the images as <see cref="ImageGrid.Write"/> takes them; they are disposed. It must not draw from torch's own generator, or the
    /// run would differ without it: <c>() => model.Sample(64, seed: 1)</c> does not.
    /// </param>
    /// <param name="columns">Images in a row, at least 1.</param>
    public SampleGrids(string folder, Func<Tensor> draw, int columns)
        : base(folder, Extension)
    {
        ArgumentNullException.ThrowIfNull(draw);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        _draw = draw;
        _columns = columns;
    }

    private protected override void Write(string path)
    {
        using var images = _draw();
        ImageGrid.Write(path, images, _columns, scale: 2);
    }
}
