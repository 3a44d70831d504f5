using ModelGen.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Updates parameters from their gradients. Unlike TorchSharp's, these optimizers make a step of few native calls, whatever the number of
/// parameters: a fused kernel over all of them, or one pass over all that have the same shape. They never wait for the device, know their
/// state by the parameters' names, and leave no temporary tensors.
/// </summary>
public abstract class Optimizer : IRunState, IDisposable
{
    private readonly Dictionary<string, Tensor> _state = new(StringComparer.Ordinal);
    private readonly List<Tensor> _stacks = [];

    private protected Optimizer(IReadOnlyList<NamedParameter> parameters, OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Parameters = [.. parameters.Where(static parameter => parameter.Value.requires_grad)];
        if (Parameters.Length == 0)
        {
            throw new ArgumentException("There is no parameter to train.", nameof(parameters));
        }
    }

    /// <summary>What has to be saved to go on exactly: running means and the like, by name. The optimizer keeps ownership.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State => _state;

    IReadOnlyDictionary<string, Tensor> IRunState.Tensors => State;

    // Adam and AdamW have state of the same names and shapes.
    IReadOnlyDictionary<string, string> IRunState.Texts =>
        new Dictionary<string, string> { ["kind"] = GetType().Name, ["steps"] = StateText.Of(StepCount) };

    /// <summary>How many steps have been made; what depends on time, such as a bias correction, goes by it.</summary>
    public virtual long StepCount { get; set; }

    /// <summary>
    /// A scalar of 1 where weights are to be left alone, on the parameters' device; null where the caller decides before it makes a step.
    /// </summary>
    internal virtual Tensor? Hold { get; set; }

    private protected NamedParameter[] Parameters { get; }

    /// <summary>Makes one step. Parameters whose gradient is null keep their value and their state.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        StepCount++;
        StepAll(learningRate);
    }

    void IRunState.Restore(IReadOnlyDictionary<string, string> texts)
    {
        if (texts.GetValueOrDefault("kind") is var kind && kind != GetType().Name)
        {
            throw new ModelGenException($"it is that of {kind ?? "another optimizer"}, not of {GetType().Name}");
        }

        StepCount = StateText.Whole(texts, "steps");
    }

    /// <summary>Frees the state.</summary>
    public virtual void Dispose()
    {
        foreach (var tensor in _state.Values.Concat(_stacks))
        {
            tensor.Dispose();
        }
    }

    internal abstract void StepAll(double learningRate);

    /// <summary>Zeros of a parameter's shape, saved as <c>KIND.NAME</c>.</summary>
    private protected Tensor AddState(string kind, NamedParameter parameter)
    {
        var state = zeros_like(parameter.Value, requires_grad: false).DetachFromDisposeScope();
        _state.Add($"{kind}.{parameter.Name}", state);
        return state;
    }

    /// <summary>Zeros [n, …] for the n parameters of a group, saved one by one as <c>KIND.NAME</c>.</summary>
    private protected Tensor AddState(string kind, ShapeGroup group, params ReadOnlySpan<long> shape)
    {
        var first = group.Parameters[0].Value;
        var stack = zeros([group.Parameters.Length, .. shape], first.dtype, first.device).DetachFromDisposeScope();
        _stacks.Add(stack);
        for (var i = 0; i < group.Parameters.Length; i++)
        {
            _state.Add($"{kind}.{group.Parameters[i].Name}", stack.select(0, i).DetachFromDisposeScope());
        }

        return stack;
    }
}
