using ModelGen.Training.Optimizers;

namespace ModelGen.Training;

/// <summary>Parameters of a phase that learn at one share of the learning rate, from one step on, with an optimizer of their own.</summary>
/// <param name="parameters">The parameters.</param>
/// <param name="rate">What the learning rate is multiplied by.</param>
/// <param name="start">The step, counted from 0, in which they begin to learn.</param>
/// <param name="optimizer">Their optimizer, which begins to count its steps then.</param>
internal sealed class ParameterGroup(IReadOnlyList<NamedParameter> parameters, double rate, long start, Optimizer optimizer) : IDisposable
{
    /// <summary>The parameters.</summary>
    public TorchSharp.Modules.Parameter[] Parameters { get; } = [.. parameters.Select(static parameter => parameter.Value)];

    /// <summary>Their optimizer.</summary>
    public Optimizer Optimizer { get; } = optimizer;

    /// <summary>Whether they learn in a step, counted from 0.</summary>
    public bool Learns(long step) => step >= start;

    /// <summary>Updates them.</summary>
    /// <param name="learningRate">The learning rate of the step.</param>
    public void Step(double learningRate) => Optimizer.Step(learningRate * rate);

    /// <summary>Frees the optimizer's state.</summary>
    public void Dispose() => Optimizer.Dispose();
}
