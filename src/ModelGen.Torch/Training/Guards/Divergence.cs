using ModelGen.Native;
using ModelGen.Native.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Guards;

/// <summary>Where numbers first stopped being finite, as NaN or infinity.</summary>
/// <param name="Origin">In what kind of tensor.</param>
/// <param name="Name">The weight, or the module in which it was, as state dictionaries name it; empty for the model itself.</param>
/// <param name="Layers">The layer, or those of which it was one, with their places; none where they are not known.</param>
public sealed record Divergence(DivergenceOrigin Origin, string Name, params IReadOnlyList<DivergentLayer> Layers)
{
    /// <summary>
    /// Whether what the layer is given and its weights are so small that its result must be finite, or is when it is computed another way:
    /// the fault of a kernel and not of the training.
    /// </summary>
    public bool IsFaultOfKernel { get; init; }

    /// <summary>Whether a gradient is too large for its type, and not without a value.</summary>
    public bool IsOverflow { get; init; }

    /// <summary>The end of a sentence: "it began in gelu of blocks.2 (docs-gpt.model.yaml(22,52))".</summary>
    public string Sentence =>
        Origin switch
        {
            DivergenceOrigin.Weight => $"it began in the weight {Name}{Place}, which is not finite itself",
            DivergenceOrigin.Data => $"it began in the data: what {(Name.Length > 0 ? Name : "the model")} is given is not finite",
            DivergenceOrigin.Objective => $"it began in what the objective gives to {Name}, which is not finite",
            DivergenceOrigin.Loss => "it began in the objective: the loss is not finite, but what every layer gives is",
            DivergenceOrigin.Gradient =>
                $"it began in backward, in the gradient of {Name}{Place}{(IsOverflow ? ", which is too large for its type" : "")}; "
                    + $"the loss is finite{Kernel("and so should its gradient be")}",
            _ => $"it began in {Began}{Kernel("whose result should be finite for such numbers")}",
        };

    private string Kernel(string expected) => IsFaultOfKernel ? $", {expected}: a kernel is wrong on this processor" : "";

    private string Place => Layers is [var layer, ..] ? $" ({layer.Place})" : "";

    // A module is named by its name alone; an operation by its word and the module around it.
    private string Began =>
        Layers switch
        {
            [] => Name.Length > 0 ? Name : "the model",
            [var layer] when IsNamed(layer) => $"{Name}{Place}",
            [var layer] => $"{layer.Word}{Around}{Place}",
            _ => $"one of {string.Join(", ", Layers.SkipLast(1))} and {Layers[^1]}{Around}",
        };

    private string Around => Name.Length > 0 ? $" of {Name}" : "";

    /// <summary>
    /// Runs a loss again and looks at each tensor on its way: weights, data, what each module takes and gives, the loss, the gradients.
    /// </summary>
    /// <param name="model">The model, with the weights that the loss is computed with.</param>
    /// <param name="loss">Computes the loss anew, with the random numbers that it had; the result is disposed here.</param>
    /// <returns>Where it began; null where all is finite. Gradients of the model that were there before are gone.</returns>
    /// <remarks>
    /// It is one more forward in the mode that the model is in, and three where something is found in a model with convolutions that
    /// libtorch computes, so that in training batch-norm and spectral norm move their state on. Meanwhile the whole process computes
    /// convolutions the other way once; so nothing else is to run beside it.
    /// </remarks>
    public static Divergence? Find(nn.Module model, Func<Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        var found = Search(model, loss);

        // libtorch's convolutions are wrong on some processors; whether it is they, ModelGen's own tell.
        if (
            found is null or { Origin: DivergenceOrigin.Weight or DivergenceOrigin.Data } or { IsFaultOfKernel: true }
            || ConvolutionKernels.Of(model, model.parameters().FirstOrDefault()?.device ?? CPU) != ConvolutionKernel.Libtorch
        )
        {
            return found;
        }

        bool isRightOtherwise;
        using (ConvolutionKernels.Force(ConvolutionKernel.Unfolded))
        {
            isRightOtherwise = Search(model, loss) is null;
        }

        return isRightOtherwise && Search(model, loss) is not null ? found with { IsFaultOfKernel = true } : found;
    }

    private static Divergence? Search(nn.Module model, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        using var search = new DivergenceSearch(model);
        return search.Run(loss);
    }

    private bool IsNamed(DivergentLayer layer) => Name.Split('.')[^1].TrimEnd([.. "0123456789"]) == layer.Word.Replace('-', '_');
}
