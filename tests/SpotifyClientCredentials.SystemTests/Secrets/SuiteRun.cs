using System.Collections.Concurrent;
using System.Reflection;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SpotifyClientCredentials.SystemTests.Secrets;

/// <summary>Runs tests of SpotifyClientCredentials.Tests within a test of this assembly, so that the recorders of that test observe them.</summary>
internal sealed class SuiteRun : LongLivedMarshalByRefObject, IMessageSink
{
    private readonly List<ITestCase> _found = [];
    private readonly TaskCompletionSource _discovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SuiteRun()
    {
    }

    /// <summary>The names of the tests that passed.</summary>
    public ConcurrentQueue<string> Passed { get; } = new();

    /// <summary>The tests that failed and their messages, and any other failure of the run.</summary>
    public ConcurrentQueue<string> Failed { get; } = new();

    /// <param name="isSelected">Selects the tests to run, by class and method.</param>
    public static async Task<SuiteRun> RunAsync(Func<Type, MethodInfo, bool> isSelected)
    {
        SuiteRun run = new();
        Assembly assembly = typeof(BehaviourSecrecyTests).Assembly;
        Options options = new();
        using XunitTestFramework framework = new(run);
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        discoverer.Find(includeSourceInformation: false, run, options);
        await run._discovered.Task;
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests([.. run._found.Where(found => isSelected(found.TestMethod.TestClass.Class.ToRuntimeType(), found.TestMethod.Method.ToRuntimeMethod()))], run, options);
        await run._finished.Task;
        return run;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage discovered:
                _found.Add(discovered.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                _discovered.TrySetResult();
                break;
            case ITestPassed passed:
                Passed.Enqueue(passed.Test.DisplayName);
                break;
            case ITestFailed failed:
                Failed.Enqueue($"{failed.Test.DisplayName}: {string.Join(Environment.NewLine, failed.Messages)}");
                break;
            case ITestAssemblyFinished:
                _finished.TrySetResult();
                break;
            case IFailureInformation failure:
                Failed.Enqueue(string.Join(Environment.NewLine, failure.Messages));
                break;
        }

        return true;
    }

    /// <summary>xunit's options with their defaults.</summary>
    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly ConcurrentDictionary<string, object?> _values = new();

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
