using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>A kind of model: its roles, how they are wired, and what its class offers. Its parameters are keys of the file.</summary>
internal abstract class Family(string word, string summary, params Parameter[] parameters) : FamilyWord(word, summary, parameters)
{
    /// <summary>What the family of a spec does.</summary>
    public static Family Of(ModelSpec spec) => (Family)spec.Family;

    /// <summary>The class of the runtime that the generated one extends.</summary>
    public abstract string BaseClass { get; }

    /// <summary>Statements that check what is handed to <c>forward</c>, which is $0 in them; a model of several roles has no <c>forward</c> of its own.</summary>
    public virtual IReadOnlyList<string> InputChecks => [];

    /// <summary>Builds and checks the model, or as much as the spec has of it; null where something is missing or wrong.</summary>
    public abstract ModelGraph? Build(ModelSpec spec, List<GraphError> errors);

    /// <summary>Constants and options, at the top of the class.</summary>
    public abstract void WriteConstants(CodeWriter writer, ModelGraph model);

    /// <summary>What the class must implement.</summary>
    public abstract void WriteMembers(CodeWriter writer, ModelGraph model, ModelFacts facts);

    /// <summary>Reports an initialiser of the model that no weight starts with.</summary>
    protected static void CheckInitialiser(GraphBuilder network, Parameter parameter, bool isGiven)
    {
        if (isGiven && !network.UsesInitialiser && !network.IsIncomplete && network.Errors.Count == 0)
        {
            network.Report(Diagnostics.Rules.UnusedConstant, GraphError.Model, parameter.Name, parameter.Name);
        }
    }

    /// <summary>Reports a length of training in a unit that the data do not have.</summary>
    protected static void CheckUnits(Arguments arguments, IReadOnlyList<Parameter> parameters, string unit, List<GraphError> errors)
    {
        foreach (var parameter in parameters)
        {
            if (Duration.Misfit(Arguments.Select([parameter], arguments), unit) is { } misfit)
            {
                errors.Add(new GraphError(Diagnostics.Rules.Conflict, GraphError.Model, parameter.Name, new EquatableArray<string>([$"'{parameter.Name}' has a length of '{misfit}', but the data are {unit}; count it in steps, epochs or {unit}"])));
            }
        }
    }
}
