"""The one table of interface words: English is its own key, other languages translate it.

Titles of the schema pass through the same table. A word without a translation is shown in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from ..model import parse_duration

_PORTUGUESE: dict[str, str] = {
    # the schema's titles: header
    "Title": "Título",
    "System": "Sistema",
    "Type": "Tipo",
    "Owner": "Responsável",
    "Last updated": "Última atualização",
    "Status": "Situação",
    "Last reviewed": "Última revisão",
    "Review every": "Revisar a cada",
    "Criticality": "Criticidade",
    "Tags": "Etiquetas",
    "Depends on": "Depende de",
    "Former ids": "Nomes antigos",
    "Vendor": "Fornecedor",
    "Documentation": "Documentação",
    "Status page": "Página de status",
    "Support": "Suporte",
    "Changelog": "Registro de mudanças",
    "Contract ends": "Fim do contrato",
    "API version": "Versão da API",
    "Pinned version": "Versão usada",
    "Sunset": "Fim da versão",
    "Contract": "Contrato",
    "Attachments": "Anexos",
    "Path": "Caminho",
    "Waivers": "Dispensas",
    "Rule": "Regra",
    "At": "Em",
    "Reason": "Motivo",
    "Expires": "Vence em",
    # the schema's titles: sections
    "Purpose": "Objetivo",
    "Why we integrate": "Por que integramos",
    "Business value": "Valor para o negócio",
    "Overview": "Visão geral",
    "Data direction": "Direção dos dados",
    "Main flows": "Fluxos principais",
    "Flow": "Fluxo",
    "Description": "Descrição",
    "Trigger": "Gatilho",
    "Frequency": "Frequência",
    "Volume": "Volume",
    "Steps": "Passos",
    "Authentication and authorization": "Autenticação e autorização",
    "Mechanism": "Mecanismo",
    "Token / secret storage": "Guarda de tokens e segredos",
    "Scopes / permissions": "Escopos e permissões",
    "Scope": "Escopo",
    "Scopes": "Escopos",
    "Request header": "Cabeçalho da requisição",
    "Token lifetime": "Validade do token",
    "Secret expires": "Segredo vence em",
    "Certificate expires": "Certificado vence em",
    "Rotation": "Rotação",
    "Endpoints / contracts": "Endpoints e contratos",
    "Id": "Id",
    "Method": "Método",
    "Request": "Requisição",
    "Response": "Resposta",
    "Headers": "Cabeçalhos",
    "Header": "Cabeçalho",
    "Value": "Valor",
    "Content type": "Tipo de conteúdo",
    "Example": "Exemplo",
    "Notes": "Notas",
    "Note": "Nota",
    "Rate limit": "Limite de chamadas",
    "Requests": "Requisições",
    "Per": "Por",
    "Rate limit note": "Nota sobre o limite",
    "Pagination": "Paginação",
    "Style": "Estilo",
    "Default size": "Tamanho padrão",
    "Largest size": "Tamanho máximo",
    "Pagination note": "Nota sobre a paginação",
    "Idempotency": "Idempotência",
    "Key header": "Cabeçalho da chave",
    "Key valid for": "Chave vale por",
    "Idempotency note": "Nota sobre a idempotência",
    "Timeout": "Tempo limite",
    "Errors": "Erros",
    "On": "Em",
    "Meaning": "Significado",
    "Action": "Ação",
    "Webhooks / events (if applicable)": "Webhooks e eventos (se houver)",
    "Events we receive": "Eventos que recebemos",
    "Events we send (if any)": "Eventos que enviamos (se houver)",
    "Event": "Evento",
    "When": "Quando",
    "Payload": "Conteúdo",
    "Payload shape": "Formato do conteúdo",
    "Signature": "Assinatura",
    "Algorithm": "Algoritmo",
    "Replay window": "Janela de repetição",
    "Signature note": "Nota sobre a assinatura",
    "Delivery": "Entrega",
    "Guarantee": "Garantia",
    "Retried for": "Tentada por",
    "Ordered": "Em ordem",
    "Delivery note": "Nota sobre a entrega",
    "Dedupe key": "Chave contra duplicados",
    "Consumers": "Consumidores",
    "Why": "Por quê",
    "Data mapping": "Mapeamento de dados",
    "Local entity": "Entidade local",
    "Remote object": "Objeto remoto",
    "Field mapping": "Mapeamento de campos",
    "Local": "Local",
    "Remote": "Remoto",
    "Direction": "Direção",
    "Transform": "Transformação",
    "Unit": "Unidade",
    "Required": "Obrigatório",
    "Personal data": "Dados pessoais",
    "Error handling and retries": "Erros e novas tentativas",
    "Error categories": "Categorias de erro",
    "Category": "Categoria",
    "Covers": "Cobre",
    "Retry strategy": "Estratégia de novas tentativas",
    "Summary": "Resumo",
    "Attempts": "Tentativas",
    "Backoff": "Espera entre tentativas",
    "First delay": "Primeira espera",
    "Longest delay": "Maior espera",
    "Retried on": "Tenta de novo em",
    "Dead-letter / failure handling": "Falhas definitivas",
    "Dead-letter retention": "Retenção das falhas",
    "Environments": "Ambientes",
    "Environment": "Ambiente",
    "Kind": "Tipo",
    "Base URL": "URL base",
    "Credentials": "Credenciais",
    "Testing and validation": "Testes e validação",
    "How to manually test this integration": "Como testar esta integração à mão",
    "Automated tests": "Testes automatizados",
    "Calls": "Chamadas",
    "Maintenance and monitoring": "Manutenção e monitoramento",
    "Dashboards / alerts": "Painéis e alertas",
    "Dashboard": "Painel",
    "Address": "Endereço",
    "Alerts": "Alertas",
    "Known limitations": "Limitações conhecidas",
    "When it is down": "Quando está fora do ar",
    "How to replay": "Como reprocessar",
    # the schema's choices
    "Webhook": "Webhook",
    "File": "Arquivo",
    "Other": "Outro",
    "draft": "rascunho",
    "active": "ativa",
    "deprecated": "obsoleta",
    "retired": "desativada",
    "low": "baixa",
    "medium": "média",
    "high": "alta",
    "critical": "crítica",
    "Inbound": "Entrada",
    "Outbound": "Saída",
    "Bidirectional": "Bidirecional",
    "second": "segundo",
    "minute": "minuto",
    "hour": "hora",
    "day": "dia",
    "page": "página",
    "offset": "deslocamento",
    "cursor": "cursor",
    "link": "link",
    "none": "nenhuma",
    "at-least-once": "ao menos uma vez",
    "at-most-once": "no máximo uma vez",
    "exactly-once": "exatamente uma vez",
    "fixed": "fixa",
    "linear": "linear",
    "exponential": "exponencial",
    "sandbox": "sandbox",
    "staging": "homologação",
    "production": "produção",
    "development": "desenvolvimento",
    "test": "teste",
    "mocked": "simuladas",
    "recorded": "gravadas",
    "real": "reais",
    "identity": "identidade",
    "contact": "contato",
    "financial": "financeiro",
    "location": "localização",
    "health": "saúde",
    "content": "conteúdo",
    "other": "outro",
    # our own words
    "Integration spec": "Especificação de integração",
    "Integrations": "Integrações",
    "{number} integrations": "{number} integrações",
    "1 integration": "1 integração",
    "No integrations yet. Add a file such as specs/pagar-me.yaml and it shows here.": (
        "Ainda não há integrações. Crie um arquivo como specs/pagar-me.yaml e ele aparece aqui."
    ),
    "What we integrate with, why, and who answers for it.": (
        "Com que sistemas nos integramos, por quê e quem responde por cada um."
    ),
    "Integration": "Integração",
    "Updated": "Atualizada",
    "Review": "Revisão",
    "Not written yet": "Ainda não escrito",
    "None, on purpose": "Nenhum, de propósito",
    "Unknown": "Desconhecido",
    "Unknown, without a question": "Desconhecido, sem pergunta",
    "asked of {owner}": "perguntado a {owner}",
    "by {date}": "até {date}",
    "Yes": "Sim",
    "No": "Não",
    "No owner": "Sem responsável",
    "not in owners.yaml": "não está em owners.yaml",
    "Owners": "Responsáveis",
    "Who answers for what, and how to reach them.": "Quem responde por quê, e como falar com cada um.",
    "Contacts": "Contatos",
    "On call": "Plantão",
    "Escalation": "Escalonamento",
    "Code owner": "Dono do código",
    "Member of": "Membro de",
    "Members": "Membros",
    "team": "equipe",
    "person": "pessoa",
    "{number} specs": "{number} especificações",
    "Overdue reviews": "Revisões atrasadas",
    "Open questions": "Perguntas abertas",
    "Question": "Pergunta",
    "Due": "Prazo",
    "required": "obrigatório",
    "string": "texto",
    "integer": "inteiro",
    "number": "número",
    "boolean": "sim ou não",
    "date": "data",
    "date-time": "data e hora",
    "object": "objeto",
    "array": "lista",
    "For each of these events, unless it says otherwise:": "Para cada um destes eventos, salvo o que ele mesmo disser:",
    "as for all": "como para todos",
    "Us": "Nós",
    "Sequence of {flow}": "Sequência de {flow}",
    "Samples": "Exemplos de chamada",
    "Ready calls in curl, Python and JavaScript.": "Chamadas prontas em curl, Python e JavaScript.",
    "Fill in what stands in braces; secrets are never written here.": (
        "Preencha o que está entre chaves; segredos nunca são escritos aqui."
    ),
    "Incident card": "Cartão de incidente",
    "Who to call, where to look, what breaks and how to mend it.": (
        "Quem chamar, onde olhar, o que para e como consertar."
    ),
    "Call us": "Chame a nossa equipe",
    "Call the vendor": "Chame o fornecedor",
    "Where to look": "Onde olhar",
    "Where credentials live": "Onde ficam as credenciais",
    "Filter": "Filtrar",
    "All": "Tudo",
    "Reset": "Limpar",
    "Nothing fits.": "Nada corresponde.",
    "{shown} of {number} shown": "{shown} de {number} à vista",
    "Nothing yet": "Nada ainda",
    "reviewed": "revisada",
    "review due {date}": "revisar até {date}",
    "review overdue since {date}": "revisão atrasada desde {date}",
    "never reviewed": "nunca revisada",
    "fresh": "em dia",
    "overdue": "atrasada",
    "Edit": "Editar",
    "Edit this section": "Editar esta seção",
    "Permanent link": "Link permanente",
    "Used by": "Usada por",
    "Show all {number} lines": "Mostrar as {number} linhas",
    "Answer": "Resposta",
    "No body": "Sem corpo",
    "Received": "Recebido",
    "Sent": "Enviado",
    "becomes": "vira",
    "comes from": "vem de",
    "goes both ways with": "vai e vem com",
    "Waits": "Esperas",
    "Error": "Erro",
    "Warning": "Aviso",
    "Broken": "Com erro",
    "This spec cannot be shown": "Esta especificação não pode ser mostrada",
    "1 error keeps it from being read. Mend it and the page comes back by itself.": (
        "Um erro impede a leitura. Corrija e a página volta sozinha."
    ),
    "{number} errors keep it from being read. Mend them and the page comes back by itself.": (
        "{number} erros impedem a leitura. Corrija e a página volta sozinha."
    ),
    "What to do": "O que fazer",
    "Findings": "Apontamentos",
    "Line {line}": "Linha {line}",
    "unowned": "sem responsável",
    "Specs": "Especificações",
    "Touches": "Relações",
    "slack": "Slack",
    "pager": "Plantão",
    "email": "E-mail",
    "phone": "Telefone",
    "url": "Site",
    "teams": "Teams",
    "whatsapp": "WhatsApp",
    "{number} a {period}": "{number} por {period}",
    "At most {number} attempts": "No máximo {number} tentativas",
    "then": "depois",
    "Draft: parts of it may be missing.": "Rascunho: pode haver partes faltando.",
    "Deprecated: do not build anything new on it.": "Obsoleta: não construa nada novo sobre ela.",
    "Retired: it no longer runs. Kept for the record.": "Desativada: não funciona mais. Guardada como registro.",
}

_TABLES: Mapping[str, Mapping[str, str]] = {"en": {}, "pt": _PORTUGUESE}
_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "pt": ["jan.", "fev.", "mar.", "abr.", "maio", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."],
}
_UNITS = {
    "en": {"ms": "ms", "s": "s", "m": "min", "h": "h", "d": "days"},
    "pt": {"ms": "ms", "s": "s", "m": "min", "h": "h", "d": "dias"},
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: call it with the English ones."""

    language: str

    def __call__(self, english: str, **values: object) -> str:
        """The words in this language, with `values` in their places; plain text."""
        text = _TABLES[self.language].get(english, english)
        return text.format(**values) if values else text

    def day(self, value: date) -> str:
        """A day as people write it: `22 Nov 2026`, `22 de nov. de 2026`."""
        month = _MONTHS[self.language][value.month - 1]
        return (
            f"{value.day} de {month} de {value.year}" if self.language == "pt" else f"{value.day} {month} {value.year}"
        )

    def time(self, value: date) -> str:
        """A day as HTML that machines can read too."""
        return f'<time datetime="{value.isoformat()}">{escape(self.day(value))}</time>'

    def duration(self, text: str) -> str:
        """A duration as people write it: `90 s`, `7 days`; the text itself when it is none."""
        if parse_duration(text) is None:
            return text
        number, unit = (text[:-2], "ms") if text.endswith("ms") else (text[:-1], text[-1])
        word = _UNITS[self.language][unit]
        return f"{int(number)} {word[:-1] if int(number) == 1 and unit == 'd' else word}"


def words_for(language: str) -> Words:
    """The words of a language tag such as `pt-BR`; English for any that is not in the table."""
    short = language.replace("_", "-").partition("-")[0].lower()
    return Words(short if short in _TABLES else "en")


def translated(language: str) -> frozenset[str]:
    """The English words that a language has its own for."""
    return frozenset(_TABLES[language])
