using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Text;

namespace ModelGen.Generators.Classes;

/// <summary>A class that generated code adds a part to.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="Name">Its name, after those of the types that contain it.</param>
/// <param name="Accessibility">Its accessibility in C#.</param>
internal sealed record PartialClass(string Namespace, string Name, string Accessibility)
{
    /// <summary>The class's name with its namespace.</summary>
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";
}

/// <summary>A model written as attributes, as read.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Class">Its class.</param>
/// <param name="Parsed">What the attributes mean.</param>
/// <param name="Lists">The properties that list layers, and can have a generated part.</param>
/// <param name="Members">The members that its own parts declare.</param>
internal sealed record ClassModel(string Path, PartialClass Class, ParsedSpec Parsed, LayerLists Lists, EquatableArray<OwnMember> Members);

/// <summary>The properties of a class that list layers.</summary>
/// <param name="Frame">The heads of the declarations that their generated parts are written in; none where they can have none.</param>
/// <param name="Parts">The properties.</param>
internal sealed record LayerLists(EquatableArray<string> Frame, EquatableArray<LayerListPart> Parts);

/// <summary>A property that lists layers.</summary>
/// <param name="Modifiers">The modifiers of its declaration.</param>
/// <param name="Name">Its name.</param>
/// <param name="Words">The words of its layers.</param>
internal sealed record LayerListPart(string Modifiers, string Name, EquatableArray<string> Words);

/// <summary>A member that a class's own part declares.</summary>
/// <param name="Signature">What tells it from others; see <see cref="OwnMembers"/>.</param>
/// <param name="IsList">Whether it lists layers.</param>
/// <param name="Path">Its file.</param>
/// <param name="Place">The place of its name.</param>
internal sealed record OwnMember(string Signature, bool IsList, string Path, SourceSpan Place);

/// <summary>The meaning of a class, without places.</summary>
/// <param name="Class">The class.</param>
/// <param name="Spec">Its meaning.</param>
/// <param name="Hidden">Short names of generated code that mean something else in its scope.</param>
/// <param name="Members">The members that its own parts declare.</param>
/// <param name="OwnTypes">What is wrong with the types of the user's own that it needs, or that are in its way.</param>
internal sealed record ClassSpec(
    PartialClass Class,
    ModelSpec? Spec,
    EquatableArray<string> Hidden,
    EquatableArray<string> Members,
    EquatableArray<GraphError> OwnTypes
);

/// <summary>The output for a class, without places.</summary>
/// <param name="Class">The class.</param>
/// <param name="Generated">The code and the mistakes.</param>
/// <param name="Clashing">The members of its own parts that the generated part declares too.</param>
internal sealed record ClassCode(PartialClass Class, GeneratedModel? Generated, EquatableArray<string> Clashing)
{
    public static ClassCode Generate(ClassSpec model)
    {
        var generated = model.Spec is null
            ? null
            : SpecCompiler.Generate(model.Spec, model.Class.Namespace, model.Class.Accessibility, model.Hidden);
        if (generated is not null && model.OwnTypes.Count > 0)
        {
            generated = generated with { Code = null, Errors = new(generated.Errors.Concat(model.OwnTypes)) };
        }

        return new ClassCode(model.Class, generated, OwnMembers.Clashing(model.Members, generated?.Code));
    }
}
