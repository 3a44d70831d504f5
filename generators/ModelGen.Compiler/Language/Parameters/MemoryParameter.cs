using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>An amount of memory in bytes.</summary>
internal sealed class MemoryParameter(string name, string summary) : Parameter<double>(name, summary)
{
    public override ValueForm Form => AmountForm.Memory;

    protected override string Format(double value) => $"{NumberText.Of(value / 1e6)} MB";
}
