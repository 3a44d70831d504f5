using System.Globalization;
using ModelGen.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Guards;

/// <summary>How far the weights and the loss have grown since a run was begun or resumed: what a divergence can be blamed on.</summary>
internal sealed class Growth
{
    private const double Notable = 10;

    private readonly IReadOnlyList<Parameter> _parameters;
    private (long Step, double Size) _begin;
    private (long Step, double Loss)? _lowest;
    private (long Step, double Loss)? _last;

    /// <summary>Begins with the weights as they are, at step 0.</summary>
    public Growth(IReadOnlyList<Parameter> parameters)
    {
        _parameters = parameters;
        Begin(0);
    }

    /// <summary>Begins with the weights as they are.</summary>
    public void Begin(long step) => _begin = (step, Largest());

    /// <summary>Forgets the losses: the steps that they are of are undone.</summary>
    public void ForgetLosses() => _lowest = _last = null;

    /// <summary>Records a reported loss.</summary>
    public void Report(long step, double loss)
    {
        _last = (step, loss);
        _lowest = _lowest is { } lowest && lowest.Loss <= loss ? lowest : _last;
    }

    /// <summary>Whether there are losses that could have grown.</summary>
    public bool HasLosses => _last is not null;

    /// <summary>What has grown tenfold or more, as the end of a sentence; null if nothing has.</summary>
    public string? Sentence()
    {
        var found = new List<string>();
        if (Largest() is var largest && _begin.Size > 0 && largest >= Notable * _begin.Size)
        {
            found.Add(Text($"the largest weight has grown from {_begin.Size:G3} at step {_begin.Step} to {largest:G3}"));
        }

        if (_lowest is { } lowest && _last is { } last && last.Loss - lowest.Loss >= (Notable - 1) * Math.Abs(lowest.Loss) && last.Loss > 0)
        {
            found.Add(Text($"the loss has grown from {lowest.Loss:G4} at step {lowest.Step} to {last.Loss:G4} at step {last.Step}"));
        }

        return found.Count == 0 ? null : string.Join(" and ", found);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // NaN if a weight is.
    private double Largest()
    {
        using var noGrad = no_grad();
        var largest = 0.0;
        foreach (var parameter in _parameters.Where(static parameter => parameter.numel() > 0))
        {
            using var sizes = parameter.abs();
            using var most = sizes.max();
            largest = Math.Max(largest, most.Read());
        }

        return largest;
    }
}
