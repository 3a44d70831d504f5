using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The autograd function of products with a <see cref="QuantisedWeight"/>; its arguments are the weight, whether it is transposed, what
/// holds the gradients, and the other factor. Backward needs nothing of forward but the weight, so that no restored matrix is kept.
/// </summary>
internal sealed class QuantisedProduct : autograd.SingleTensorFunction<QuantisedProduct>
{
    private const int FactorAt = 3;
    private const string Arguments = "arguments";

    /// <inheritdoc/>
    public override string Name => nameof(QuantisedProduct);

    /// <summary>x Wᵀ or x W.</summary>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="x">x, […, inputs] or […, outputs].</param>
    /// <param name="isTransposed">Whether it is x Wᵀ.</param>
    /// <returns>The product; the caller disposes it.</returns>
    public static Tensor Of(QuantisedWeight weight, Tensor x, bool isTransposed)
    {
        if (!is_grad_enabled() || !x.requires_grad)
        {
            return Product(weight, x, isTransposed);
        }

        // The scope also frees the tensor as large as the result that TorchSharp makes to remember its shape.
        using var scope = NewDisposeScope();
        return apply([weight, isTransposed, ReturnedGradients.Current, x]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Arguments, vars[..FactorAt]);
        return Product((QuantisedWeight)vars[0], (Tensor)vars[FactorAt], (bool)vars[1]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var kept = (object[])ctx.get_data(Arguments);

        // A product again, which has a gradient of its own if the gradient is to be differentiated.
        var gradient = Of((QuantisedWeight)kept[0], grad_output, !(bool)kept[1]).DetachFromDisposeScope();
        grad_output.Dispose();
        ((ReturnedGradients)kept[2]).Keep([gradient]);
        return [null!, null!, null!, gradient];
    }

    private static Tensor Product(QuantisedWeight weight, Tensor x, bool isTransposed)
    {
        using var constant = no_grad();
        return weight.With(matrix => isTransposed ? nn.functional.linear(x, matrix) : x.matmul(matrix));
    }
}
