using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>A module inside a generated model, whose constructor has registered all that it holds.</summary>
/// <typeparam name="TInput">What comes in: a tensor, or a tuple of several.</typeparam>
/// <typeparam name="TResult">What goes out: a tensor, or a tuple of several.</typeparam>
public abstract class GeneratedModule<TInput, TResult> : nn.Module<TInput, TResult>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">Its class's name.</param>
    protected GeneratedModule(string name)
        : base(name) { }

    /// <summary>What the module makes of a batch.</summary>
    /// <param name="input">What comes in; the caller disposes it.</param>
    /// <returns>What goes out; the caller disposes it.</returns>
    public abstract override TResult forward(TInput input);

    /// <summary>
    /// Does nothing: TorchSharp would find the fields by reflection and register each module again under its field's name.
    /// </summary>
    protected sealed override void RegisterComponents() { }
}
