using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// What a model of tokens makes scores of, with its gradient: the input of its last layer, if that is <c>linear</c>, <c>unembed</c>, or a
/// product with the vectors of an embedding.
/// </summary>
/// <remarks>
/// A first forward, on two tokens, tells which layer's input or result it is: the one from which the last weight gives the model's scores.
/// From then on that layer shows it to who collects it on the same thread.
/// </remarks>
internal sealed class HiddenStates
{
    // What is computed again in the same type differs by the rounding of another order of sums.
    private const double Tolerance = 1e-5;

    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16];

    [ThreadStatic]
    private static Collected? _current;

    /// <summary>Finds the layer.</summary>
    /// <param name="model">The model: int64 [batch, T] to scores [batch, T, vocabulary].</param>
    /// <exception cref="ModelGenException">The model ends with another layer.</exception>
    public HiddenStates(nn.Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        var (calls, scores) = Watch(model, scope);
        foreach (var (module, input, output) in calls.AsEnumerable().Reverse())
        {
            if (module is Linear or Unembedding && IsClose(output, scores, tolerance: 0))
            {
                Width = input!.size(-1);
                Show((nn.Module<Tensor, Tensor>)module, isInput: true);
                return;
            }
        }

        // Of a result that several modules hand on, the innermost comes first.
        if (
            calls.FirstOrDefault(call => IsClose(call.Output, calls[^1].Output)) is { Output: { } last } found
            && IsTied(model, last, scores)
        )
        {
            Width = last.size(-1);
            Show(found.Module, isInput: false);
            return;
        }

        throw new ModelGenException(
            "The value of what has been written is learned from the input of a last layer that is 'unembed' or 'linear', and "
                + $"{model.GetName()} ends with another one; end its network with one of these, or use 'grpo' or 'rloo'."
        );
    }

    /// <summary>n, the length of a hidden state.</summary>
    public long Width { get; }

    /// <summary>Collects what the model shows on this thread until disposed.</summary>
    public Collected Collect() => new(this);

    private static (List<Call> Calls, Tensor Scores) Watch(nn.Module<Tensor, Tensor> model, DisposeScope scope)
    {
        var (calls, removals, wasTraining) = (new List<Call>(), new List<Action>(), model.training);
        foreach (var part in model.modules().Where(part => part != model))
        {
            if (part is nn.Module<Tensor, Tensor> plain)
            {
                removals.Add(
                    plain
                        .register_forward_hook((module, input, output) => Note(module, LowRankAdapter.InputOf(module, input), output))
                        .remove
                );
            }
            else if (part is nn.Module<(Tensor, Tensor), Tensor> sided)
            {
                removals.Add(sided.register_forward_hook((module, _, output) => Note(module, input: null, output)).remove);
            }
        }

        try
        {
            model.eval();
            using var withGradients = enable_grad();
            return (calls, model.call(zeros([1, 2], ScalarType.Int64, model.parameters().First().device)));
        }
        finally
        {
            removals.ForEach(static remove => remove());
            model.train(wasTraining);
        }

        // A copy, which the layer after it cannot overwrite, beyond the scopes of the classes around the layer.
        Tensor? Kept(Tensor? x)
        {
            var kept = x?.detach().clone().DetachFromDisposeScope();
            if (kept is not null)
            {
                scope.Attach(kept);
            }

            return kept;
        }

        // Within a part that backward recomputes there are no gradients yet.
        Tensor Note(nn.Module module, Tensor? input, Tensor output)
        {
            if (is_grad_enabled())
            {
                calls.Add(new Call(module, Kept(input), Kept(output)!));
            }

            return output;
        }
    }

    private static bool IsTied(nn.Module model, Tensor x, Tensor scores) =>
        model
            .modules()
            .OfType<Embedding>()
            .Select(static embedding => embedding.weight!)
            .Any(weight =>
                weight.size(1) == x.size(-1) && Types.Any(type => IsClose(nn.functional.linear(x.to(type), weight.to(type)), scores))
            );

    private static bool IsClose(Tensor x, Tensor y, double tolerance = Tolerance)
    {
        if (!x.shape.AsSpan().SequenceEqual(y.shape))
        {
            return false;
        }

        using var scope = NewDisposeScope();
        var (a, b) = (x.detach().to(ScalarType.Float32), y.detach().to(ScalarType.Float32));
        return a.sub(b).abs().max().Read() <= tolerance * b.abs().max().Read();
    }

    private void Show(nn.Module module, bool isInput)
    {
        if (module is nn.Module<Tensor, Tensor> plain)
        {
            plain.register_forward_hook((_, input, output) => Take(isInput ? LowRankAdapter.InputOf(module, input) : output, output));
        }
        else
        {
            ((nn.Module<(Tensor, Tensor), Tensor>)module).register_forward_hook((_, _, output) => Take(output, output));
        }
    }

    private Tensor Take(Tensor shown, Tensor output)
    {
        if (_current is { } current && current.Owner == this)
        {
            current.Take(shown);
        }

        return output;
    }

    private sealed record Call(nn.Module Module, Tensor? Input, Tensor Output);

    /// <summary>What has been collected on a thread.</summary>
    internal sealed class Collected : IDisposable
    {
        private readonly Collected? _around = _current;

        public Collected(HiddenStates owner)
        {
            Owner = owner;
            _current = this;
        }

        /// <summary>What shows it.</summary>
        public HiddenStates Owner { get; }

        /// <summary>The hidden states of the last forward, [batch, T, n], which remain the collection's.</summary>
        public Tensor Last =>
            _last ?? throw new InvalidOperationException("The model has not been called, or not the layer that shows its hidden states.");

        private Tensor? _last;

        /// <summary>Keeps what a layer shows, beyond the scope in which the model makes it.</summary>
        public void Take(Tensor shown)
        {
            _last?.Dispose();
            _last = shown.alias().DetachFromDisposeScope();
        }

        public void Dispose()
        {
            _current = _around;
            _last?.Dispose();
            _last = null;
        }
    }
}
