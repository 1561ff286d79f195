using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A synchronization context, as user interfaces have one, on every thread that works for an asynchronous flow: so that not only the first
/// await of a method shows whether it comes back to the context, but each one.
/// </summary>
internal sealed class ForeignContext : SynchronizationContext
{
    // Follows the flow from thread to thread, and takes a context along: each time another one, since .NET does not post to the one that it is in.
    private static readonly AsyncLocal<ForeignContext?> Flow = new(change => SetSynchronizationContext(change.CurrentValue?.CreateCopy()));

    private readonly ConcurrentQueue<Type> _returned;

    public ForeignContext()
        : this([])
    {
    }

    private ForeignContext(ConcurrentQueue<Type> returned) => _returned = returned;

    /// <summary>The library's methods that came back to the context.</summary>
    public IReadOnlyList<string> Returned => ReturnedIn(typeof(ClientCredentialsTokenProvider).Assembly);

    public IReadOnlyList<string> ReturnedIn(Assembly assembly) =>
        [.. _returned.Where(machine => machine.Assembly == assembly).Select(machine => $"{machine.DeclaringType!.Name}.{machine.Name}")];

    public Task RunAsync(Func<Task> flow) => Task.Run(() =>
    {
        Flow.Value = this;
        return flow();
    });

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (StateMachine(state) is { } machine)
        {
            _returned.Enqueue(machine);
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => d(state), state: null);
    }

    public override SynchronizationContext CreateCopy() => new ForeignContext(_returned);

    // What awaits is a state machine, which the compiler nests into the type of the method, in a box of .NET's, somewhere in what is posted.
    private static Type? StateMachine(object? posted, int depth = 3)
    {
        if (posted is null or string || depth == 0)
        {
            return null;
        }

        if (posted.GetType().GetGenericArguments().LastOrDefault() is { DeclaringType: not null } machine && machine.IsAssignableTo(typeof(IAsyncStateMachine)))
        {
            return machine;
        }

        IEnumerable<object?> parts = posted is Delegate continuation
            ? [continuation.Target]
            : posted.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.GetValue(posted));
        return parts.Select(part => StateMachine(part, depth - 1)).FirstOrDefault(machine => machine is not null);
    }
}
