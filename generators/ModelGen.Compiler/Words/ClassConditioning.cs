using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words;

/// <summary>How a network sees the label of a class.</summary>
internal abstract class ClassConditioning(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, parameters)
{
    /// <summary>The words of the constant that says how many classes there are.</summary>
    public const string ClassCount = "classes";

    public sealed override string Kind => "class conditioning";

    /// <summary>How many axes, or planes of an image, the code adds to what the network sees.</summary>
    public abstract long Width(Arguments arguments, long classes);
}
