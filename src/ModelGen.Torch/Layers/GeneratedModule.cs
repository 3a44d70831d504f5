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

    /// <summary>Computes the module's output for some positions of texts that are being written.</summary>
    /// <param name="input">The input for these positions, with their number in place of a length; the caller disposes it.</param>
    /// <param name="step">The positions, with what is kept of those before them.</param>
    /// <returns>The output; the caller disposes it.</returns>
    /// <exception cref="NotSupportedException">The model has to be computed as a whole for each token.</exception>
    public virtual TResult Step(TInput input, DecodingStep step) =>
        throw new NotSupportedException($"{GetName()} is not computed position by position; call forward on the whole sequence.");

    /// <summary>
    /// Does nothing: TorchSharp would find the fields by reflection and register each module again under its field's name.
    /// </summary>
    protected sealed override void RegisterComponents() { }
}
