using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words;

/// <summary>What training makes smaller. Each family has a kind of objectives of its own.</summary>
internal abstract class Objective(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "objective";

    /// <summary>The objective of the runtime that it becomes, made from the model and its data.</summary>
    public abstract string RuntimeType { get; }

    /// <summary>The options record of the runtime that this one takes besides; null where it takes none.</summary>
    public virtual string? Record => null;

    /// <summary>The arguments that are set in the record; others are used where the model is built.</summary>
    public IReadOnlyList<Parameter> Options => [.. Parameters.Where(static parameter => parameter.Recipe != RecipeUse.Fixed)];

    /// <summary>What makes it, from the model and a data set of the runtime.</summary>
    /// <param name="goal">The objective.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="isAskedFor">Whether the base class of the model asks for it.</param>
    public static ObjectiveMember Member<T>(Configured<T> goal, string dataSet, bool isAskedFor = true)
        where T : Objective
    {
        var (objective, options) = (goal.Definition, goal.Definition.Options);
        return new ObjectiveMember(
            objective.RuntimeType,
            objective.Record,
            options,
            Arguments.Select(options, goal.Arguments),
            dataSet,
            isAskedFor
        );
    }
}
