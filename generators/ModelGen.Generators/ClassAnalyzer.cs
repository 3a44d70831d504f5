using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Generators.Classes;

namespace ModelGen.Generators;

/// <summary>Shows what is wrong with models that are written as attributes, so that settings and pragmas work as for every other diagnostic.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClassAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> Descriptors = Rules.All.ToImmutableDictionary(rule => rule, rule => new DiagnosticDescriptor(
        rule.Id, rule.Title, "{0}", "ModelGen", DiagnosticSeverity.Error, isEnabledByDefault: true, description: $"{rule.Cause} {rule.Fix}", helpLinkUri: rule.HelpPage));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Descriptors.Values.OrderBy(descriptor => descriptor.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class)
        {
            return;
        }

        if (ClassReader.Read(type, context.CancellationToken) is { } model)
        {
            var tree = ClassReader.FamilyOf(type)!.ApplicationSyntaxReference!.SyntaxTree;
            var code = ClassCode.Generate(new ClassSpec(model.Class, model.Parsed.Spec));
            foreach (var diagnostic in SpecCompiler.Diagnostics(model.Parsed, code.Generated))
            {
                var span = new TextSpan(diagnostic.Span.Start, diagnostic.Span.Length);
                context.ReportDiagnostic(Microsoft.CodeAnalysis.Diagnostic.Create(Descriptors[diagnostic.Rule], Location.Create(tree, span), diagnostic.Message));
            }

            ReportTakenNames(context, type, model);
            return;
        }

        ReportUnread(context, type);
    }

    // A property of the user's beside a generated member of its name.
    private static void ReportTakenNames(SymbolAnalysisContext context, INamedTypeSymbol type, ClassModel model)
    {
        foreach (var list in model.Lists)
        {
            var members = type.GetMembers(list.Name);
            if (members.Length > 1 && members.OfType<IPropertySymbol>().FirstOrDefault(RuntimeAttributes.ListsLayers) is { } own)
            {
                Report(context, Rules.MemberTaken, own.Locations[0], list.Name);
            }
        }
    }

    // Attributes of a model on what is none.
    private static void ReportUnread(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (RuntimeAttributes.Find(attribute, AttributeRole.Key) is { } key)
            {
                Report(context, Rules.UnreadAttribute, Place(context, attribute), key.Name, $"'{type.Name}' has no family, such as [{Example}]");
            }
        }

        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            foreach (var attribute in property.GetAttributes().Where(RuntimeAttributes.IsLayer).Take(1))
            {
                Report(context, Rules.UnreadAttribute, Place(context, attribute), RuntimeAttributes.NameOf(attribute)!, $"'{type.Name}' has no family, such as [{Example}]");
            }
        }
    }

    private static string Example { get; } = AttributeCatalogue.All.First(attribute => attribute.Role == AttributeRole.Family).Name;

    private static Location Place(SymbolAnalysisContext context, AttributeData attribute) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is AttributeSyntax syntax ? syntax.Name.GetLocation() : Location.None;

    private static void Report(SymbolAnalysisContext context, Rule rule, Location place, params string[] arguments) =>
        context.ReportDiagnostic(Microsoft.CodeAnalysis.Diagnostic.Create(Descriptors[rule], place, string.Format(System.Globalization.CultureInfo.InvariantCulture, rule.Message, arguments)));
}
