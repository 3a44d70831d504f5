namespace ModelGen.Tests.Data;

/// <summary>Keeps the shares that a read reports.</summary>
internal sealed class Shares : IProgress<double>
{
    public List<double> Reported { get; } = [];

    /// <summary>What is to happen at each.</summary>
    public Action<double>? On { get; init; }

    public void Report(double value)
    {
        Reported.Add(value);
        On?.Invoke(value);
    }
}
