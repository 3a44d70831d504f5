using ModelGen.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Updates parameters from their gradients. Unlike TorchSharp's, these optimizers make a step in few native calls, however many parameters
/// there are: a fused kernel over all of them, or one pass over all of the same shape. They never synchronise with the device, key their
/// state by parameter name, and leave no temporary tensors.
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

    /// <summary>What must be saved for an exact resume: running means and the like, by name. The optimizer keeps ownership.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State => _state;

    IReadOnlyDictionary<string, Tensor> IRunState.Tensors => State;

    // The kind tells Adam and AdamW apart, whose states have the same names and shapes.
    IReadOnlyDictionary<string, string> IRunState.Texts =>
        new Dictionary<string, string> { ["kind"] = GetType().Name, ["steps"] = StateText.Of(StepCount) };

    /// <summary>The number of steps made, on which bias correction and the like depend.</summary>
    public virtual long StepCount { get; set; }

    /// <summary>
    /// A scalar on the parameters' device, 1 to leave the weights unchanged; null where the caller decides before each step.
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
            throw new ModelGenException($"it belongs to {kind ?? "another optimizer"}, not to {GetType().Name}");
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
