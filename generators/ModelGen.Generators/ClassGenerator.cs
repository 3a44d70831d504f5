using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.Generators.Classes;

namespace ModelGen.Generators;

/// <summary>
/// Turns every class with a family's attribute into a typed TorchSharp model. This is only wiring: <see cref="ClassAnalyzer"/> reports the
/// mistakes.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ClassGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var classes = Classes(context);

        // From here on a model has no positions, so that moving it within its file changes nothing.
        var code = classes
            .Combine(context.CompilationProvider)
            .Select(
                static (pair, _) =>
                    new ClassSpec(
                        pair.Left.Class,
                        pair.Left.Parsed.Spec,
                        Surroundings.Hidden(pair.Right, pair.Left.Class.Namespace, pair.Left.Class.Name)
                    )
            )
            .WithTrackingName(Steps.Model)
            .Select(static (model, _) => ClassCode.Generate(model))
            .WithTrackingName(Steps.Code);

        // Here the code is combined with the places of its class again. A change in another class goes no further.
        var allCode = code.Collect().Select(static (all, _) => new EquatableArray<ClassCode>(all));
        var sources = classes
            .Combine(allCode)
            .Select(static (pair, _) => ClassSources.Create(pair.Left, pair.Right))
            .WithTrackingName(Steps.Source);

        context.RegisterSourceOutput(sources, static (output, files) =>
        {
            Add(output, $"{files.Name}.g.cs", files.Model?.Model);
            Add(output, $"{files.Name}.SourceMap.g.cs", files.Model?.SourceMap);
            Add(output, $"{files.Name}.Layers.g.cs", files.Lists);
        });
    }

    /// <summary>The models written as attributes, as read.</summary>
    internal static IncrementalValuesProvider<ClassModel> Classes(IncrementalGeneratorInitializationContext context) =>
        Catalogue
            .Of<Family>()
            .Select(family => Classes(context.SyntaxProvider, RuntimeAttributes.FullName(AttributeCatalogue.Find(family).Name)).Collect())
            .Aggregate(static (all, more) => all.Combine(more).Select(static (pair, _) => pair.Left.AddRange(pair.Right)))
            // A class with two families is found twice.
            .SelectMany(static (all, _) => all.Distinct())
            .WithTrackingName(Steps.Class);

    private static IncrementalValuesProvider<ClassModel> Classes(SyntaxValueProvider syntax, string attribute) =>
        syntax
            .ForAttributeWithMetadataName(
                attribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => ClassReader.Read((INamedTypeSymbol)found.TargetSymbol, cancellation)
            )
            .Where(static read => read is not null)
            .Select(static (read, _) => read!);

    private static void Add(SourceProductionContext output, string name, string? text)
    {
        if (text is not null)
        {
            output.AddSource(name, SourceText.From(text, Encoding.UTF8));
        }
    }

    /// <summary>The names of the steps, for tests of what is recomputed.</summary>
    internal static class Steps
    {
        public const string Class = nameof(Class);
        public const string Model = nameof(Model);
        public const string Code = nameof(Code);
        public const string Source = nameof(Source);
    }
}
