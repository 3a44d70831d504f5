namespace ModelGen.Compiler.CSharp;

/// <summary>Members that a generated class overrides, documented by its base.</summary>
internal static class OverrideWriter
{
    /// <summary>Writes each member, without its modifiers <c>public override</c>.</summary>
    public static void Members(CodeWriter writer, IEnumerable<string> members)
    {
        foreach (var member in members)
        {
            writer.Line("/// <inheritdoc/>");
            writer.Line($"public override {member}");
            writer.Line();
        }
    }
}
