using ModelGen.Native;
using ModelGen.Native.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Guards;

/// <summary>Where numbers first became NaN or infinite.</summary>
/// <param name="Origin">The kind of tensor.</param>
/// <param name="Name">The name of the weight or module, as in the state dictionary; empty for the model itself.</param>
/// <param name="Layers">The layer, or the candidates, with their places; empty where unknown.</param>
public sealed record Divergence(DivergenceOrigin Origin, string Name, params IReadOnlyList<DivergentLayer> Layers)
{
    /// <summary>
    /// Whether the layer's input and weights are so small that its result must be finite, or the result is finite when computed another
    /// way: a kernel is at fault, not the training.
    /// </summary>
    public bool IsFaultOfKernel { get; init; }

    /// <summary>Whether a gradient overflowed its type, rather than being undefined.</summary>
    public bool IsOverflow { get; init; }

    /// <summary>The end of a sentence: "it began in gelu of blocks.2 (docs-gpt.model.yaml(22,52))".</summary>
    public string Sentence =>
        Origin switch
        {
            DivergenceOrigin.Weight => $"it began in the weight {Name}{Place}, which is not finite",
            DivergenceOrigin.Data => $"it began in the data: the input of {(Name.Length > 0 ? Name : "the model")} is not finite",
            DivergenceOrigin.Objective => $"it began in the objective: the input that it passes to {Name} is not finite",
            DivergenceOrigin.Loss => "it began in the objective: the loss is not finite, but the output of every layer is",
            DivergenceOrigin.Gradient =>
                $"it began in backward, in the gradient of {Name}{Place}{(IsOverflow ? ", which overflows its type" : "")}; "
                    + $"the loss is finite{Kernel("and its gradient should be too")}",
            _ => $"it began in {Began}{Kernel("whose result should be finite for its input")}",
        };

    private string Kernel(string expected) => IsFaultOfKernel ? $", {expected}: a kernel is wrong on this processor" : "";

    private string Place => Layers is [var layer, ..] ? $" ({layer.Place})" : "";

    // A module is identified by its name alone; an operation by its word and the enclosing module.
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
    /// Recomputes a loss and checks each tensor on the way: weights, data, the input and output of each module, the loss, the gradients.
    /// </summary>
    /// <param name="model">The model, with the weights that the loss is computed with.</param>
    /// <param name="loss">Recomputes the loss with the same random numbers; the result is disposed here.</param>
    /// <returns>Where it began; null if everything is finite. Existing gradients of the model are lost.</returns>
    /// <remarks>
    /// It costs one more forward in the model's current mode, or three where something is found in a model whose convolutions libtorch
    /// computes; in training mode, each updates the state of batch-norm and spectral norm. During one of the three the whole process
    /// computes convolutions the other way, so nothing else may run at the same time.
    /// </remarks>
    public static Divergence? Find(nn.Module model, Func<Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        var found = Search(model, loss);

        // libtorch's convolutions are wrong on some processors; ModelGen's own show whether they are at fault.
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
