using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words;

/// <summary>What training minimises. Each family has its own kind of objective.</summary>
internal abstract class Objective(string word, string summary, params Parameter[] parameters)
    : Definition(word, summary, parameters),
        INamesRecord
{
    public sealed override string Kind => "objective";

    /// <summary>The objective among the values of a family's keys; null where there is none.</summary>
    public static IConfigured? In(Arguments arguments) =>
        arguments.Values.OfType<IConfigured>().FirstOrDefault(static value => value.Definition is Objective);

    /// <summary>The runtime objective that it becomes, created from the model and its data.</summary>
    public abstract string RuntimeType { get; }

    /// <summary>The runtime options record that this one also takes; null for none.</summary>
    public virtual string? Record => null;

    /// <summary>Whether the runtime objective does without the record where every option has its default.</summary>
    public virtual bool IsRecordOptional => false;

    /// <summary>The runtime's data sets that it learns from; none for that of the family alone.</summary>
    public virtual IReadOnlyList<string> DataSets => [];

    /// <summary>The runtime class of a whole run, which is typed by the data set, too; null for that of the family.</summary>
    public virtual string? RunClass => null;

    /// <summary>Whether only recipes take it, since it learns from other data than the model's own training.</summary>
    public virtual bool IsOfRecipes => false;

    /// <summary>Whether dropout acts while its loss is computed.</summary>
    public virtual bool HasDropout => true;

    /// <summary>The folder of a run with whose tokenizer texts are read; null for the tokenizer of the model.</summary>
    /// <param name="arguments">Its arguments.</param>
    public virtual string? TokenizerRun(Arguments arguments) => null;

    /// <summary>The unit, besides steps and epochs, that training lengths may be given in; null for that of the data.</summary>
    public virtual string? Unit => null;

    /// <summary>How often a sample passes through the model at once, such as with each of two answers.</summary>
    /// <param name="arguments">Its arguments.</param>
    public virtual int RowsPerSample(Arguments arguments) => 1;

    /// <inheritdoc/>
    public virtual OwnRecord? Own(Arguments arguments) => null;

    /// <summary>The arguments that are set in the record; the others are used in building the model.</summary>
    public virtual IReadOnlyList<Parameter> Options => [.. Parameters.Where(static parameter => parameter.Recipe != RecipeUse.Fixed)];

    /// <summary>The member that creates it from the model and a runtime data set.</summary>
    /// <param name="goal">The objective.</param>
    /// <param name="dataSet">The data set of the family.</param>
    /// <param name="isAskedFor">Whether the model's base class requires it.</param>
    public static ObjectiveMember Member<T>(Configured<T> goal, string dataSet, bool isAskedFor = true)
        where T : Objective
    {
        var (objective, options) = (goal.Definition, goal.Definition.Options);
        var isUsual = options.All(option => Equals(goal.Arguments.Value(option), option.DefaultValue));
        return new ObjectiveMember(
            objective.RuntimeType,
            isUsual && objective.IsRecordOptional ? null : objective.Record,
            options,
            Arguments.Select(options, goal.Arguments),
            objective.DataSets.FirstOrDefault() ?? dataSet,
            isAskedFor
        )
        {
            Own = objective.Own(goal.Arguments),
            Teacher = objective is INamesModel ? goal : null,
        };
    }
}
