using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Configure;

/// <summary>The last valid options of one app, and word of their changes.</summary>
/// <remarks>
/// IOptionsMonitor would be simpler, but after one invalid reload it throws to every reader until a valid one: a typing error in a
/// configuration file would end all calls of an application that still holds good credentials.
/// </remarks>
internal sealed class OptionsSource : IDisposable
{
    // Set while this flow of execution is building the first options.
    private readonly AsyncLocal<bool> _isBuilding = new();
    private readonly object _build = new();
    private readonly Func<OptionsSnapshot> _create;
    private readonly ILogger _logger;
    private readonly IDisposable[] _registrations;

    // Written under _build, so that values read before a change never replace those read after it; read without it.
    private volatile OptionsSnapshot? _current;

    public OptionsSource(
        Func<IOptionsFactory<SpotifyClientCredentialsOptions>> getFactory,
        IEnumerable<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>> changes,
        ConfigurationKeys names,
        ILogger logger,
        Func<TokenSharing>? getSharing = null)
    {
        // Got no earlier than it is used: with the factory come the services that Configure depends on, a vault's typed client for one,
        // whose handler may need the provider that is being made.
        IOptionsFactory<SpotifyClientCredentialsOptions>? factory = null;
        _create = () => new OptionsSnapshot((factory ??= getFactory()).Create(names.AppName), names, getSharing?.Invoke());
        App = names;
        _logger = logger;
        _registrations = [.. changes
            .Where(source => (source.Name ?? Options.DefaultName) == names.AppName)
            .Select(source => ChangeToken.OnChange(source.GetChangeToken, Rebuild))];
    }

    public OptionsSource(OptionsSnapshot options, ILogger logger)
    {
        _create = () => options;
        _current = options;
        App = options.Names;
        _logger = logger;
        _registrations = [];
    }

    /// <summary>Raised after <see cref="Current"/> changed, from any thread, with no lock held.</summary>
    public event Action? Changed;

    public ConfigurationKeys App { get; }

    /// <exception cref="OptionsValidationException">There have been no valid options yet.</exception>
    public OptionsSnapshot Current => _current ?? BuildFirst();

    /// <summary>
    /// Null while this flow of execution builds the first options: a vault that Configure reads may be called through a client which itself
    /// carries the bearer handler.
    /// </summary>
    public ApiOrigin? ApiOrigin => _current is { } current ? current.ApiOrigin
        : _isBuilding.Value ? null
        : Current.ApiOrigin;

    public void Dispose()
    {
        foreach (IDisposable registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private OptionsSnapshot BuildFirst()
    {
        if (_isBuilding.Value)
        {
            throw new InvalidOperationException($"The settings of app '{App.ShownName}' cannot be read with a token of that same app.");
        }

        lock (_build)
        {
            _isBuilding.Value = true;
            try
            {
                return _current ??= _create();
            }
            finally
            {
                _isBuilding.Value = false;
            }
        }
    }

    private void Rebuild()
    {
        try
        {
            lock (_build)
            {
                // Nobody has asked yet: whoever does first gets the error of wrong settings.
                if (_current is null)
                {
                    return;
                }

                _current = _create();
            }
        }
        catch (Exception e)
        {
            // What else than validation fails is code of others, a vault's for one: what its message tells is not known.
            Log.InvalidReload(_logger, App.ShownName, e is OptionsValidationException ? e.Message : e.GetType().Name);
            return;
        }

        Changed?.Invoke();
    }
}
