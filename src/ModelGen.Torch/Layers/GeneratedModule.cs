using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>A module inside a generated model; its constructor registers its parameters and submodules.</summary>
/// <typeparam name="TInput">The input: a tensor, or a tuple of tensors.</typeparam>
/// <typeparam name="TResult">The output: a tensor, or a tuple of tensors.</typeparam>
public abstract class GeneratedModule<TInput, TResult> : nn.Module<TInput, TResult>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The name of its class.</param>
    protected GeneratedModule(string name)
        : base(name) { }

    /// <summary>Computes the module's output for a batch.</summary>
    /// <param name="input">The input; the caller disposes it.</param>
    /// <returns>The output; the caller disposes it.</returns>
    public abstract override TResult forward(TInput input);

    /// <summary>
    /// Does nothing: TorchSharp would find the fields by reflection and register each module again under its field's name.
    /// </summary>
    protected sealed override void RegisterComponents() { }
}
