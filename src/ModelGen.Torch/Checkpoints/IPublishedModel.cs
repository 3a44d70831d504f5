namespace ModelGen.Checkpoints;

/// <summary>A generated model whose spec says with <c>weights</c> in which layout it reads and writes files of weights.</summary>
public interface IPublishedModel
{
    /// <summary>Its weights as files of that layout hold them.</summary>
    ModelWeights Weights { get; }
}
