"""Retrieval: whose passages, how many, from where; each library's own words for it, and what only looks alike."""

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.model import Area
from roadworthy.lint.retrieval import DETECTORS

RULES = {rule.id: rule for rule in read_rules(frozenset([Area.RETRIEVAL]))}


def hits(rule: str, text: str, path: str = "app/rag.py"):
    asked = RULES[rule]
    repository = repository_of({path: text})
    return [
        hit
        for file in repository.of_kind(*asked.kinds)
        for hit in DETECTORS[asked.detect.name].of_file(file, asked.detect.parameters)
    ]


def function(body: str, signature: str = "question, tenant_id", library: str = "chromadb") -> str:
    return f"import {library}\n\ndef find({signature}):\n    {body}\n"


@pytest.mark.parametrize(
    ("library", "call"),
    [
        ("chromadb", "collection.query(query_texts=[question], n_results=3{})"),
        ("pinecone", "index.query(vector=question, top_k=3{})"),
        ("qdrant_client", "client.query_points('docs', query=question{})"),
        ("weaviate", "docs.query.near_text(query=question{})"),
        ("pymilvus", "milvus_client.search('docs', data=[question]{})"),
        ("langchain", "store.similarity_search(question, k=3{})"),
        ("langchain", "store.as_retriever(search_kwargs={{'k': 3{}}})"),
        ("llama_index", "index.as_query_engine(similarity_top_k=3{})"),
    ],
)
def test_a_question_without_a_filter_is_found_in_each_librarys_words(library, call):
    given = ", 'filter': {'tenant': tenant_id}" if "search_kwargs" in call else ", filter={'tenant': tenant_id}"
    open_, filtered = (function(f"return {call.format(one)}", library=library) for one in ("", given))

    assert len(hits("retrieval/unfiltered-query", open_)) == 1
    assert hits("retrieval/unfiltered-query", filtered) == []


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        ("question", "return collection.query(query_texts=[question])"),
        ("question, tenant_id", "return collection.query(query_texts=[question], **options)"),
        ("question, tenant_id", "return collections[tenant_id].query(query_texts=[question])"),
        ("question, tenant_id", "return store_of(tenant_id).similarity_search(question)"),
        ("question, user_agent", "return store.similarity_search(question)"),
        ("question, tenant_id", "return session.query(Order)"),
        ("question, user_id", "return re.search(question, text)"),
    ],
)
def test_a_question_that_is_filtered_or_knows_no_tenant_is_left_alone(signature, body):
    assert hits("retrieval/unfiltered-query", function(body, signature)) == []


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ("d.metadata['tenant'] == t", 1),
        ("d.metadata.get('owner') == t", 1),
        ("d.payload['allowed_groups']", 1),
        ("d.metadata['score'] > 0.5", 0),
        ("d.metadata.get('language') == 'de'", 0),
        ("d.page_content", 0),
    ],
)
def test_only_entitlements_that_are_asked_afterwards_are_found(test, found):
    text = function(f"return [d for d in store.similarity_search(q) if {test}]", "q, t", "langchain")

    assert len(hits("retrieval/filtered-after", text)) == found


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("client.get_collection(request.args['c'])", 1),
        ("client.get_collection(name=request.query_params['c'])", 1),
        ("pc.Index(flask.request.form['i'])", 1),
        ("store.similarity_search(q, namespace=req.json['ns'])", 1),
        ("client.get_collection('docs')", 0),
        ("client.get_collection(request.user.tenant)", 0),
        ("collection.query(query_texts=[request.json['q']])", 0),
    ],
)
def test_a_collection_from_the_request_is_found(call, found):
    assert len(hits("retrieval/chosen-by-caller", function(f"return {call}", "q"))) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("cur.execute(f'SELECT t FROM c WHERE o = {q} ORDER BY e <-> %s')", 1),
        ("cur.execute('SELECT t FROM c ORDER BY e <-> %s', (q,))", 0),
        ("cur.execute(f'SELECT t FROM c WHERE o = {q}')", 0),
        ("Milvus.search(expr=f'tenant == \"{q}\"')", 1),
        ("Milvus.search(expr='tenant == {t}')", 0),
        ("df.query(expr=f'a == {q}')", 0),
    ],
)
def test_a_filter_from_text_is_found_over_vectors_alone(body, found):
    assert len(hits("retrieval/filter-from-text", f"def find(cur, df, q):\n    return {body}\n")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("rag:\n  top_k: 500\n", 1), ("rag:\n  top_k: 0\n", 1), ("rag:\n  top_k: 200\n", 0), ("rag:\n  top_k: many\n", 0),
     ("rag:\n  top-k: 500\n", 1), ("rag:\n  top_k: true\n", 0)],
)  # fmt: skip
def test_a_number_of_passages_is_bounded_in_settings(text, found):
    assert len(hits("retrieval/too-many-passages", text, "rag.yaml")) == found


@pytest.mark.parametrize("value", ["false", "null", "none", "'off'", "disabled", "''"])
def test_each_way_to_switch_a_filter_off_is_found(value):
    assert len(hits("retrieval/filter-off", f"retriever:\n  tenant_filter: {value}\n", "rag.yaml")) == 1


@pytest.mark.parametrize("value", ["true", "tenant_id", "{field: tenant}", "[tenant]", "0"])
def test_a_filter_that_says_something_is_on(value):
    assert hits("retrieval/filter-off", f"retriever:\n  tenant_filter: {value}\n", "rag.yaml") == []


@pytest.mark.parametrize(
    "tenants",
    ["{a: 1}", "[a, b]", "{a: {index: [x]}, b: {index: [x]}}", "{a: {}, b: {}}", "null", "{a: {index: x}}"],
)
def test_tenants_in_odd_shapes_make_no_rule_stumble(tenants):
    assert hits("retrieval/tenants-share-index", f"vector_store: x\ntenants: {tenants}\n", "rag.yaml") == []


@pytest.mark.parametrize("name", sorted(name for name, one in DETECTORS.items() if one.of_file is not None))
@pytest.mark.parametrize(
    "text", ["", "def f(:", "import chromadb\nx.query", "import langchain\ndef f(*a, **k): a.query(*a)"]
)
@pytest.mark.parametrize("path", ["a.py", "rag.yaml", "rag.json"])
def test_odd_source_makes_no_rule_stumble(name, text, path):
    file = repository_of({path: text}).files[path]

    assert list(DETECTORS[name].of_file(file, {"most": 200})) == []
