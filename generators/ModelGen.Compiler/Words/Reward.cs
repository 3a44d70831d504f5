using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words;

/// <summary>How good an answer is; a policy is trained for it.</summary>
internal abstract class Reward(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "reward";
}
