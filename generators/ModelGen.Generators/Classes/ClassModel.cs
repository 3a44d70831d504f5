using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Spec;

namespace ModelGen.Generators.Classes;

/// <summary>A class that generated code adds a part to.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="Name">Its name.</param>
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
/// <param name="Lists">The properties that list layers and can have a generated part.</param>
internal sealed record ClassModel(string Path, PartialClass Class, ParsedSpec Parsed, EquatableArray<LayerListPart> Lists);

/// <summary>A property that lists layers.</summary>
/// <param name="Modifiers">The modifiers of its declaration.</param>
/// <param name="Name">Its name.</param>
/// <param name="Words">The words of its layers.</param>
internal sealed record LayerListPart(string Modifiers, string Name, EquatableArray<string> Words);

/// <summary>The meaning of a class, without places.</summary>
/// <param name="Class">The class.</param>
/// <param name="Spec">Its meaning.</param>
/// <param name="Hidden">Short names of generated code that mean something else in its scope.</param>
internal sealed record ClassSpec(PartialClass Class, ModelSpec? Spec, EquatableArray<string> Hidden);

/// <summary>The output for a class, without places.</summary>
internal sealed record ClassCode(PartialClass Class, GeneratedModel? Generated)
{
    public static ClassCode Generate(ClassSpec model) =>
        new(
            model.Class,
            model.Spec is null ? null : SpecCompiler.Generate(model.Spec, model.Class.Namespace, model.Class.Accessibility, model.Hidden)
        );
}
