using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words;

/// <summary>How a network receives the class label.</summary>
internal abstract class ClassConditioning(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, parameters)
{
    /// <summary>The name, in words, of the constant for the number of classes.</summary>
    public const string ClassCount = "classes";

    public sealed override string Kind => "class conditioning";

    /// <summary>How many axes, or channels of an image, the conditioning adds to the network's input.</summary>
    public abstract long Width(Arguments arguments, long classes);
}
