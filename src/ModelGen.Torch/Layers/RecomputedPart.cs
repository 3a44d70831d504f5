using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The autograd function of <see cref="Recompute"/>; its arguments are the part, what holds the gradients, the input and the trainable
/// weights, its results the part's output and, where the layers inside have losses of their own that are wanted, their sum.
/// </summary>
internal sealed class RecomputedPart : autograd.MultiTensorFunction<RecomputedPart>
{
    private const int InputAt = 2;
    private const string Arguments = "arguments";
    private const string Draws = "draws";

    /// <inheritdoc/>
    public override string Name => nameof(RecomputedPart);

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (part, input) = ((nn.Module<Tensor, Tensor>)vars[0], (Tensor)vars[InputAt]);
        var draws = RepeatedDraws.Begin(input.device_type, out var state);
        ctx.save_data(Arguments, vars);
        ctx.save_data(Draws, draws);
        ctx.save_for_backward([input, state]);

        // An unused output then arrives without a gradient instead of with zeros, and costs nothing.
        ctx.set_materialize_grads(false);
        var output = part.call(input);
        return AuxiliaryLosses.TotalInsidePart is { } losses ? [output, losses.alias()] : [output];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var vars = (object[])ctx.get_data(Arguments);
        var gradients = new Tensor[vars.Length]; // null where there is none
        using (NewDisposeScope())
        {
            if (grad_outputs.Any(static gradient => gradient is { IsInvalid: false }))
            {
                Differentiate(ctx, vars, grad_outputs, gradients);
            }
        }

        grad_outputs.ForEach(static gradient => gradient?.Dispose());

        return [.. gradients];
    }

    private static void Differentiate(autograd.AutogradContext ctx, object[] vars, List<Tensor> given, Tensor[] gradients)
    {
        var (part, returned) = ((nn.Module<Tensor, Tensor>)vars[0], (ReturnedGradients)vars[1]);
        var kept = ctx.get_saved_variables();
        var (input, state) = (kept[0], kept[1]);

        // If the gradient is to be differentiated again, the input stays in its graph; otherwise it is detached from what precedes it.
        var isDifferentiatedAgain = is_grad_enabled();
        if (!isDifferentiatedAgain && input.requires_grad)
        {
            input = input.detach().requires_grad_();
        }

        Tensor output;
        using var losses = AuxiliaryLosses.CollectInsidePart();
        using (enable_grad())
        using (((RepeatedDraws)ctx.get_data(Draws)).Repeat(state))
        {
            output = part.call(input);
        }

        Tensor[] sources = [input, .. vars.Skip(InputAt + 1).Cast<Tensor>()];
        int[] wanted = [.. Enumerable.Range(0, sources.Length).Where(i => sources[i].requires_grad)];
        Tensor?[] results = given.Count > 1 ? [output, losses.Total] : [output];
        int[] differentiated =
        [
            .. Enumerable.Range(0, results.Length).Where(i => given[i] is { IsInvalid: false } && results[i] is { requires_grad: true }),
        ];
        var found = autograd.grad(
            [.. differentiated.Select(i => results[i]!)],
            [.. wanted.Select(i => sources[i])],
            [.. differentiated.Select(i => given[i])],
            retain_graph: isDifferentiatedAgain,
            create_graph: isDifferentiatedAgain,
            allow_unused: true
        );
        for (var i = 0; i < wanted.Length; i++)
        {
            gradients[InputAt + wanted[i]] = found[i];
        }

        returned.Keep([.. found.Where(static each => each is { IsInvalid: false }).Select(static each => each.DetachFromDisposeScope())]);
    }
}
