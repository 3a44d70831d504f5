using ModelGen.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>The rows of a parameter that a tensor of a file holds, and how it arranges them.</summary>
/// <param name="link">The two.</param>
/// <param name="parameter">The parameter.</param>
internal sealed class ArrangedWeight(WeightLink link, Tensor parameter)
{
    /// <summary>How many rows are written where the model adds the first: files of BERT have two, for a text and its pair.</summary>
    public const int AddedRows = 2;

    /// <summary>The shape of the tensor in the file.</summary>
    public long[] Shape
    {
        get
        {
            long[] shape = [link.Rows, .. parameter.shape[1..]];
            return link.IsTransposed ? [.. shape.Reverse()] : shape;
        }
    }

    /// <summary>Whether the file holds the rows as the model does, one after another.</summary>
    public bool IsPlain => !link.IsTransposed && link.PairedHeads == 0;

    /// <summary>The rows; a view of the parameter.</summary>
    public Tensor Rows() => parameter.detach().narrow(0, link.FirstRow, link.Rows);

    /// <summary>Copies a tensor of the file into the rows.</summary>
    public void Take(Tensor fromFile)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var plain = link.IsTransposed ? fromFile.t() : fromFile;
        Rows().copy_(link.PairedHeads == 0 ? plain : RotaryPositions.ToNeighbours(plain, link.PairedHeads));
    }

    /// <summary>The rows as the file holds them; a view where it can be, which the caller disposes.</summary>
    public Tensor ForFile()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var plain = link.PairedHeads == 0 ? Rows() : RotaryPositions.ToHalves(Rows(), link.PairedHeads);
        return (link.IsTransposed ? plain.t() : plain).MoveToOuterDisposeScope();
    }
}
