using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Generators.Reporting;

/// <summary>How each rule appears in builds and editors.</summary>
internal static class Descriptors
{
    /// <summary>
    /// For mistakes in files: a file that cannot be compiled leaves no class, so no setting turns these errors off. Warnings are like any.
    /// </summary>
    public static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> InFiles = Rules.All.ToImmutableDictionary(
        static rule => rule,
        static rule => Of(rule, rule.IsWarning ? [] : [WellKnownDiagnosticTags.NotConfigurable])
    );

    /// <summary>For mistakes in attributes, which settings and pragmas control like every other diagnostic.</summary>
    public static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> InAttributes = Rules.All.ToImmutableDictionary(
        static rule => rule,
        static rule => Of(rule)
    );

    // The help pages are in the package, not online, so there is no link that an editor could open.
    private static DiagnosticDescriptor Of(Rule rule, params string[] tags) =>
        new(
            rule.Id,
            rule.Title,
            "{0}",
            "ModelGen",
            rule.IsWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
            isEnabledByDefault: true,
            description: $"{rule.Cause} {rule.Fix} See {rule.HelpPage} in the package ModelGen.",
            customTags: tags
        );
}
