using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Sources;

/// <summary>Tensors of the model's shape, along with the class or the target of each.</summary>
internal abstract class TensorSource(string word, string summary, params Parameter[] parameters) : DataSource(word, summary, parameters)
{
    public sealed override string Data => "tensor";
}
