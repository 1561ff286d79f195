using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Runs one sequence of operations on a provider and a handler.</summary>
internal sealed partial class ModelRun : IDisposable
{
    private readonly ModelClock _clock = new();
    private readonly Model _model;
    private readonly ModelCalls _calls;
    private readonly ModelApi _api;
    private readonly ChangeableOptions _options;
    private readonly ScriptedTokenSource _source;
    private readonly ClientCredentialsTokenProvider _provider;
    private readonly HttpMessageInvoker _client;
    private readonly List<PendingCall> _pending = [];
    private readonly Action<string> _count;
    private Action<ScriptedAcquisition>? _respond;

    /// <param name="start">Decides whether the settings are valid at the start, and whether the token endpoint's handler ignores cancellation.</param>
    /// <param name="count">Counts operations and outcomes.</param>
    public ModelRun(int start, Action<string> count)
    {
        _count = count;
        _model = new Model(_clock, count);
        _calls = new ModelCalls(_model, _clock, count);
        _api = new ModelApi(_calls, _clock);
        _options = new ChangeableOptions { IsValid = start % 10 > 0 };
        _source = new ScriptedTokenSource(_clock) { HonorsCancellation = start % 3 > 0, Response = OnRequest };
        ModelLog log = new(_model.OnLogged);
        _provider = new ClientCredentialsTokenProvider(new OptionsSource(() => _options, [_options], new ConfigurationKeys(""), _clock, log), _source, _clock, log, Telemetry.Shared);
        _client = new HttpMessageInvoker(new BearerTokenHandler(_provider) { InnerHandler = _api });
    }

    public async Task RunAsync(IEnumerable<Operation> operations)
    {
        foreach (Operation operation in operations)
        {
            if (await DoAsync(operation))
            {
                _count(operation.Kind.ToString());
            }

            if (!operation.IsHasty)
            {
                await RestAsync();
            }
        }

        await EndAsync();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _client.Dispose();
    }

    private async Task EndAsync()
    {
        while (_api.HasHeld)
        {
            _api.Release(0);
            await RestAsync();
        }

        DisposeProvider();
        await RestAsync();
        Assert.Empty(_pending);
        _model.Require(_clock.TimersPending == 0, "A timer is set after Dispose.");
        _model.ThrowIfViolated();
    }

    /// <summary>Lets everything run that is ready to run, and checks what is promised for the time after.</summary>
    private async Task RestAsync()
    {
        await ModelThread.RestAsync();
        _pending.RemoveAll(call => call.HasEnded);
        _model.OnRest();
        _pending.ForEach(_calls.OnRest);
        _model.ThrowIfViolated();
    }
}
