using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.CSharp.Operations;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes the constructor of a module class, which creates, initialises and registers the parts.</summary>
internal static class ConstructorWriter
{
    /// <summary>Writes the constructor.</summary>
    /// <param name="writer">The output.</param>
    /// <param name="graph">The class.</param>
    /// <param name="model">The names of the model.</param>
    /// <param name="access">The constructor's accessibility; the model's own is public and documented.</param>
    public static void Constructor(CodeWriter writer, ModuleGraph graph, ModelNames model, string access)
    {
        var isRoot = access == "public";
        if (isRoot)
        {
            writer.Line(
                "/// <summary>Makes the model; its weights start from torch's global random numbers, so seed those first for a "
                    + "repeatable run.</summary>"
            );
            writer.Line("/// <param name=\"device\">Where the weights are; the CPU where null.</param>");
        }

        var names = model.Of(graph);
        writer.Line($"{access} {names.Class}({names.Code.Torch}.Device? device = null)");
        writer.Open($"    : base({names.Code.NameOf(names.Class)})");
        var isScope = isRoot && graph.Parts.Count > 0;
        if (isScope)
        {
            // Some of TorchSharp's constructors leak tensors, and so does each read of an embedding's weight.
            writer.Line($"using var scope = {names.Code.Torch}.NewDisposeScope();");
        }

        var locals = new UniqueNames("device", "scope", "i");
        foreach (var part in graph.Parts)
        {
            Part(writer, part, model, names, locals);
            foreach (var start in part.Starts)
            {
                writer.Place(part.Origin);
                writer.Line(FillSpelling.Statement(start, $"{names.Of(part)}.{start.Entry.Name}!", names.Code));
            }
        }

        writer.PlaceDefault();
        foreach (var part in graph.Parts)
        {
            writer.Line($"{names.Code.Inherited("register_module")}(\"{part.Name}\", {names.Of(part)});");
        }

        if (isScope)
        {
            // Not every module detaches its own state from the scope.
            writer.Line($"scope.Detach({names.Code.Inherited("state_dict")}().Values);");
        }

        writer.Close();
    }

    private static void Part(CodeWriter writer, Part part, ModelNames model, ClassNames names, UniqueNames locals)
    {
        writer.Place(part.Origin);
        if (part.Op is { } op)
        {
            writer.Line($"{names.Of(part)} = {Spelling.Of(op).Module(op, new PartText(part, names)).Construction};");
            return;
        }

        var elements = part.Elements.Select(element => $"new {ModuleWriter.ClassOf(element, model)}(device)").ToList();
        if (!part.IsList)
        {
            writer.Line($"{names.Of(part)} = {elements[0]};");
            return;
        }

        var type = ModuleWriter.TypeOfElements(part, model, names);
        if (elements.Count == 1)
        {
            writer.Line($"{names.Of(part)} = {names.Code.Nn}.ModuleList<{type}>({elements[0]});");
        }
        else if (elements.All(element => element == elements[0]))
        {
            var list = locals.Take(Names.Local(part.Name));
            writer.Line($"var {list} = new {type}[{Literal.Of(elements.Count)}];");
            writer.Place(part.Origin);
            writer.Open($"for (var i = 0; i < {list}.Length; i++)");
            writer.Line($"{list}[i] = {elements[0]};");
            writer.Close();
            writer.Line();
            writer.Line($"{names.Of(part)} = {names.Code.Nn}.ModuleList({list});");
        }
        else
        {
            writer.Line($"{names.Of(part)} = {names.Code.Nn}.ModuleList<{type}>(");
            for (var i = 0; i < elements.Count; i++)
            {
                writer.Line($"    {elements[i]}{(i == elements.Count - 1 ? ");" : ",")}");
            }
        }
    }
}
