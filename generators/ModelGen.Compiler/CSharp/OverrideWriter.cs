namespace ModelGen.Compiler.CSharp;

/// <summary>Writes members that a generated class overrides, which inherit their documentation.</summary>
internal static class OverrideWriter
{
    /// <summary>Writes each member, given without its modifiers <c>public override</c>, followed by an empty line.</summary>
    public static void Members(CodeWriter writer, IEnumerable<string> members)
    {
        foreach (var member in members)
        {
            Member(writer, member);
            writer.Line();
        }
    }

    /// <summary>Writes a member, given without its modifiers <c>public override</c>.</summary>
    public static void Member(CodeWriter writer, string member)
    {
        writer.Line("/// <inheritdoc/>");
        var line = $"public override {member}";
        var arrow = line.IndexOf(" => ", StringComparison.Ordinal) + 3;
        if (arrow < 3 || writer.Indent + line.Length <= CodeWriter.MaximumLine)
        {
            writer.Line(line);
            return;
        }

        writer.Line(line.Substring(0, arrow));
        writer.Line($"    {line.Substring(arrow + 1)}");
    }
}
