using System.Globalization;
using ModelGen.Pictures;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// Writes a grid of pictures before the first step and at each tenth of a run, as <c>step-000500.png</c> and so on: how the same latents, say, look as training goes on.
/// </summary>
public sealed class SampleGrids : TrainingObserver
{
    private readonly Milestones _milestones = new(10);
    private readonly string _folder;
    private readonly Func<Tensor> _draw;
    private readonly int _columns;

    /// <summary>Creates the observer.</summary>
    /// <param name="folder">Where the grids go; it is created where it is missing.</param>
    /// <param name="draw">
    /// Makes the pictures as <see cref="PictureGrid.Write"/> takes them; they are disposed. It must not draw from torch's own random numbers, or
    /// the run would not be the same without it: <c>() => model.Sample(64, seed: 1)</c> does not.
    /// </param>
    /// <param name="columns">Pictures in a row, at least 1.</param>
    public SampleGrids(string folder, Func<Tensor> draw, int columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(draw);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        _folder = folder;
        _draw = draw;
        _columns = columns;
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _milestones.Start(start);
        if (start.Step == 0)
            Write(0);
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (_milestones.Pass(report))
            Write(report.Step);
    }

    private void Write(long step)
    {
        using var pictures = _draw();
        PictureGrid.Write(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.png")), pictures, _columns, scale: 2);
    }
}
