using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
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
            var code = ClassCode.Generate(new ClassSpec(model.Class, model.Parsed.Spec, default));
            foreach (var diagnostic in SpecCompiler.Diagnostics(model.Parsed, code.Generated))
            {
                var span = new TextSpan(diagnostic.Span.Start, diagnostic.Span.Length);
                context.ReportDiagnostic(Microsoft.CodeAnalysis.Diagnostic.Create(Descriptors[diagnostic.Rule], Location.Create(tree, span), diagnostic.Message));
            }

            ReportTakenNames(context, type, model);
            return;
        }

        if (SpecBinding.AttributeOf(type) is { } attribute)
        {
            ReportBinding(context, type, attribute);
            ReportUnread(context, type, "the spec says what the model is");
            return;
        }

        ReportUnread(context, type, $"'{type.Name}' has no family, such as [{Example}]");
    }

    // A class of the user's own that no spec becomes.
    private static void ReportBinding(SymbolAnalysisContext context, INamedTypeSymbol type, AttributeData attribute)
    {
        if (ClassForm.Problem(type, context.CancellationToken) is { } form)
        {
            Report(context, Rules.ClassForm, type.Locations[0], type.Name, form);
        }
        else if (SpecBinding.Read(type, context.CancellationToken) is { } binding && BindingProblem(context, binding) is { } problem)
        {
            var syntax = attribute.ApplicationSyntaxReference!.GetSyntax(context.CancellationToken) as AttributeSyntax;
            Report(context, Rules.SpecBinding, syntax?.ArgumentList?.Arguments.FirstOrDefault()?.GetLocation() ?? type.Locations[0], binding.Spec, problem);
        }
    }

    private static string? BindingProblem(SymbolAnalysisContext context, SpecBinding binding)
    {
        context.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(SpecGenerator.ProjectFolder, out var option);
        var folder = option ?? "";
        var specs = context.Options.AdditionalFiles.Where(file => file.Path.EndsWith(SpecGenerator.SpecSuffix, StringComparison.Ordinal)).ToList();
        if (specs.FirstOrDefault(file => binding.IsTo(file.Path, folder)) is not { } spec)
        {
            var root = SpecBinding.Normalise(folder) + "/";
            var paths = specs.Select(file => SpecBinding.Normalise(file.Path)).Select(path => path.StartsWith(root, StringComparison.Ordinal) ? path.Substring(root.Length) : path);
            return $"the project has no such spec{NearestWord.Hint(binding.Spec, paths)}";
        }

        var name = SpecFile.Read(spec, context.CancellationToken).Parsed.Spec?.Name;
        if (name is { Length: > 0 } && name != binding.Class.Name)
        {
            return $"its model is '{name}', the class is '{binding.Class.Name}'";
        }

        var first = context.Compilation.GetSymbolsWithName(binding.Class.Name, SymbolFilter.Type, context.CancellationToken)
            .OfType<INamedTypeSymbol>()
            .Select(type => SpecBinding.Read(type, context.CancellationToken))
            .Where(other => other?.IsTo(spec.Path, folder) == true)
            .Select(other => other!.Class.FullName)
            .OrderBy(name => name, StringComparer.Ordinal)
            .First();
        return first == binding.Class.FullName ? null : $"'{first}' is bound to it already";
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
    private static void ReportUnread(SymbolAnalysisContext context, INamedTypeSymbol type, string reason)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (RuntimeAttributes.Find(attribute, AttributeRole.Key) is { } key)
            {
                Report(context, Rules.UnreadAttribute, Place(context, attribute), key.Name, reason);
            }
        }

        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            foreach (var attribute in property.GetAttributes().Where(RuntimeAttributes.IsLayer).Take(1))
            {
                Report(context, Rules.UnreadAttribute, Place(context, attribute), RuntimeAttributes.NameOf(attribute)!, reason);
            }
        }
    }

    private static string Example { get; } = AttributeCatalogue.All.First(attribute => attribute.Role == AttributeRole.Family).Name;

    private static Location Place(SymbolAnalysisContext context, AttributeData attribute) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is AttributeSyntax syntax ? syntax.Name.GetLocation() : Location.None;

    private static void Report(SymbolAnalysisContext context, Rule rule, Location place, params string[] arguments) =>
        context.ReportDiagnostic(Microsoft.CodeAnalysis.Diagnostic.Create(Descriptors[rule], place, string.Format(System.Globalization.CultureInfo.InvariantCulture, rule.Message, arguments)));
}
