using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Reporting;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators;

/// <summary>
/// Turns every class with a family's attribute into a typed TorchSharp model. This is only wiring: the stages are the compiler's.
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
                static (pair, cancellation) =>
                    new ClassSpec(
                        pair.Left.Class,
                        pair.Left.Parsed.Spec,
                        Surroundings.HiddenIn(pair.Right, pair.Left.Class.Namespace, pair.Left.Class.Name),
                        new EquatableArray<string>(pair.Left.Members.Select(static member => member.Signature)),
                        new EquatableArray<GraphError>(
                            OwnTypeCheck
                                .Of(
                                    pair.Right,
                                    pair.Left.Class.Namespace,
                                    pair.Left.Class.Accessibility,
                                    pair.Left.Parsed.Spec is { } spec ? OwnType.Of(spec) : [],
                                    cancellation
                                )
                                .Concat(Surroundings.HiddenNamespace(pair.Right, pair.Left.Class.Name) is { } hidden ? [hidden] : [])
                        )
                    )
            )
            .WithTrackingName(Steps.Model)
            .Select(static (model, _) => ClassCode.Generate(model))
            .WithTrackingName(Steps.Code);

        // Here the code is combined with the places of its class again. A change in another class goes no further.
        var allCode = code.Collect().Select(static (all, _) => new EquatableArray<ClassCode>(all));
        var sources = classes
            .Combine(allCode.Combine(MappedPaths.Resolver(context)))
            .Select(static (pair, _) => ClassSources.Create(pair.Left, pair.Right.Left, pair.Right.Right))
            .WithTrackingName(Steps.Source);

        // Only where something is wrong is anything done for each compilation, since a place in source belongs to one.
        var reports = classes
            .Combine(allCode.Combine(SpecGenerator.KnownFiles(context)))
            .SelectMany(static (pair, _) => ClassMistakes.Of(pair.Left, pair.Right.Left, pair.Right.Right))
            .WithTrackingName(Steps.Report);
        var unread = context
            .SyntaxProvider.CreateSyntaxProvider(static (node, _) => UnreadAttributes.MayHave(node), UnreadAttributes.Read)
            .Where(static report => report is not null)
            .Select(static (report, _) => report!);

        context.RegisterSourceOutput(sources, static (output, files) =>
        {
            Add(output, $"{files.Name}.g.cs", files.Model?.Model);
            Add(output, $"{files.Name}.SourceMap.g.cs", files.Model?.SourceMap);
            Add(output, $"{files.Name}.Layers.g.cs", files.Lists);
        });
        Register(context, reports);
        Register(context, unread);
    }

    /// <summary>Reports mistakes in attributes.</summary>
    internal static void Register(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<Report> reports) =>
        context.RegisterSourceOutput(reports.Combine(context.CompilationProvider), static (output, pair) =>
            pair.Left.AddTo(output, pair.Right)
        );

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
        public const string Report = nameof(Report);
    }
}
